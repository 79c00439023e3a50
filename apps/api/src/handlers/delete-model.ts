import type { Handler } from '../http/route.js';
import { param } from '../http/param.js';

export const deleteModel: Handler = async (api, call) => {
  await api.platform.models.delete(param(call, 'id'));
  return { status: 204 };
};
