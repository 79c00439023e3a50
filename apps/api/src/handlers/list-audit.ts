import type { Handler } from '../http/route.js';

export const listAudit: Handler<'listAudit'> = async (api, { query }) => ({ body: await api.platform.audit.list(query) });
