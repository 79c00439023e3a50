import type { Handler } from '../http/route.js';

export const deleteDataset: Handler<'deleteDataset'> = async (api, call) => {
  await api.imports.delete(call.params.id);
  return { status: 204 };
};
