import type { Handler } from '../http/route.js';

/** Readiness with each dependency by name; 503 when one that is required is missing. */
export const getReady: Handler<'getReady'> = async (api) => {
  const checks = await api.readiness.check();
  const ready = Object.values(checks).every((check) => check.ok || !check.required);
  return { status: ready ? 200 : 503, body: { ready, checks } };
};
