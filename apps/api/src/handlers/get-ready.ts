import type { Handler } from '../http/route.js';
import { checkReadiness } from '../services/check-readiness.js';

/** Readiness with each dependency by name; 503 when one is missing. */
export const getReady: Handler<'getReady'> = async (api) => {
  const checks = await checkReadiness(api);
  const ready = Object.values(checks).every((check) => check.ok);
  return { status: ready ? 200 : 503, body: { ready, checks } };
};
