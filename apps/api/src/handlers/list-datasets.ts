import type { Handler } from '../http/route.js';

export const listDatasets: Handler<'listDatasets'> = async (api, { query }) => ({ body: await api.platform.datasets.list(query) });
