import type { Handler } from '../http/route.js';

/** Liveness: the process answers, until its end. */
export const getHealth: Handler<'getHealth'> = async (api) => {
  const isStopping = api.isStopping();
  return { status: isStopping ? 503 : 200, body: { status: isStopping ? 'stopping' : 'ok', pid: process.pid, uptimeSeconds: Math.round(process.uptime()) } };
};
