import type { Handler } from '../http/route.js';

export const deleteModel: Handler<'deleteModel'> = async (api, call) => {
  await api.downloads.delete(call.params.id);
  return { status: 204 };
};
