import { createErrorRecord, type ReadinessCheck } from '@eyegazer/core';
import type { Api } from '../api.js';

/** Asks every dependency for a sign of life. */
export async function checkReadiness(api: Pick<Api, 'platform' | 'store'>): Promise<Record<'database' | 'store' | 'queue', ReadinessCheck>> {
  const [database, store, queue] = await Promise.all([
    check(() => api.platform.ping()),
    check(() => api.store.stat('0'.repeat(64))),
    check(() => api.platform.queues.ping()),
  ]);
  return { database, store, queue };
}

async function check(ask: () => Promise<unknown>): Promise<ReadinessCheck> {
  try {
    await ask();
    return { ok: true };
  } catch (error) {
    return { ok: false, message: createErrorRecord(error).message };
  }
}
