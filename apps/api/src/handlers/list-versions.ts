import type { Handler } from '../http/route.js';

export const listVersions: Handler<'listVersions'> = async (api, { params, query }) => ({ body: await api.platform.datasets.listVersions(params.id, query) });
