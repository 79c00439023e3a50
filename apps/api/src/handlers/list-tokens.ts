import type { Handler } from '../http/route.js';

export const listTokens: Handler<'listTokens'> = async (api, { query }) => ({ body: await api.platform.tokens.list(query) });
