import type { Handler } from '../http/route.js';

/** Liveness: the process answers. */
export const getHealth: Handler<'getHealth'> = async () => ({ body: { status: 'ok', pid: process.pid, uptimeSeconds: Math.round(process.uptime()) } });
