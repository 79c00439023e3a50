import type { Handler } from '../http/route.js';

export const listModels: Handler<'listModels'> = async (api, { query }) => ({ body: await api.platform.models.list(query) });
