import { systemClock, type ArtifactStore, type Clock, type Logger, type Topic } from '@eyegazer/core';
import type { Platform } from '../create-platform.js';
import { collectGarbage, type GarbageReport } from './collect-garbage.js';
import { takeMaintenanceLock } from './maintenance-lock.js';
import { purgeBin } from './purge-bin.js';
import { retireWorkers } from './retire-workers.js';

const roundMs = 6 * 3600 * 1000;
const dayMs = 24 * 3600 * 1000;
/** Somebody else at it is reason enough to leave it to them. */
const waitMs = 1000;

export interface MaintenanceReport {
  /** Experiments whose time in the bin was over. */
  experiments: number;
  sessions: number;
  /** Lost ones that count as stopped from now on. */
  workers: number;
  /** Null when nothing may be removed from the store; the log says why. */
  artifacts: GarbageReport | null;
}

export interface Maintenance {
  /** Cleans up now and every six hours. */
  start(): void;
  /** One round; null when another process is at it, or a backup or restore runs. */
  runOnce(): Promise<MaintenanceReport | null>;
  /** Ends a round that is under way; the next one goes on where it was. */
  stop(): Promise<void>;
}

/**
 * Clears away what has had its time: the bin, expired sessions, workers that are gone with their queues, and what nothing
 * refers to in the artifact store.
 * @param options.retentionDays of experiments in the bin; 0 keeps them for ever
 */
export function createMaintenance(options: {
  databaseUrl: string;
  platform: Pick<Platform, 'notifyTopic' | 'queues'>;
  store: ArtifactStore;
  retentionDays: number;
  log: Logger;
  clock?: Clock;
}): Maintenance {
  const { databaseUrl, platform, store, retentionDays, log, clock = systemClock } = options;
  const ending = new AbortController();
  const { signal } = ending;
  let timer: NodeJS.Timeout | null = null;
  let current: Promise<unknown> = Promise.resolve();

  async function runOnce(): Promise<MaintenanceReport | null> {
    const lock = await takeMaintenanceLock({ databaseUrl, mode: 'alone', waitMs, log });
    if (lock === null) return null;
    try {
      const { client } = lock;
      const now = clock.now();
      const experiments = await purgeBin({ client, before: retentionDays === 0 ? null : new Date(now - retentionDays * dayMs), signal });
      if (experiments > 0) platform.notifyTopic('experiments' satisfies Topic);
      const { rowCount } = await client.query('DELETE FROM session WHERE expires_at < $1', [new Date(now)]);
      // After the bin, whose artifacts nothing refers to now.
      const artifacts = await collectGarbage({ client, store, now, signal, log });
      await store.sweepUploads();
      const workers = await retireWorkers({ client, queues: platform.queues });
      if (workers > 0) platform.notifyTopic('workers' satisfies Topic);
      const report = { experiments, sessions: rowCount ?? 0, workers, artifacts };
      log.info({ experiments, sessions: report.sessions, workers, ...artifacts }, 'Cleaned up');
      return report;
    } finally {
      await lock.release();
    }
  }

  function round(): void {
    current = current.then(runOnce).catch((error: unknown) => log.error({ error: String(error) }, 'Cleaning up failed; the next round tries again'));
  }

  return {
    runOnce,
    start() {
      if (timer !== null) return;
      timer = setInterval(round, roundMs);
      round();
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      ending.abort();
      await current;
    },
  };
}
