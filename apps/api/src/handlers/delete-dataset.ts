import type { Handler } from '../http/route.js';
import { param } from '../http/param.js';

export const deleteDataset: Handler = async (api, call) => {
  await api.platform.datasets.delete(param(call, 'id'));
  return { status: 204 };
};
