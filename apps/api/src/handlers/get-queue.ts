import type { Handler } from '../http/route.js';

export const getQueue: Handler<'getQueue'> = async (api) => ({ body: await api.platform.statistics.readQueue() });
