import type { Handler } from '../http/route.js';

export const deleteModel: Handler<'deleteModel'> = async (api, call) => {
  await api.platform.models.delete(call.params.id);
  return { status: 204 };
};
