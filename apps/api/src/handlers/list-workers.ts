import type { Handler } from '../http/route.js';

export const listWorkers: Handler<'listWorkers'> = async (api) => ({ body: { items: await api.platform.workers.list() } });
