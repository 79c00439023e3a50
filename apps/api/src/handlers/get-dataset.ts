import type { Handler } from '../http/route.js';

export const getDataset: Handler<'getDataset'> = async (api, call) => ({ body: await api.platform.datasets.get(call.params.id) });
