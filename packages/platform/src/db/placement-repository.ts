import { place, type FreeDevice, type Placement, type WaitingExperiment } from '@eyegazer/core';
import { lockExperiments, moveExperiment } from './lifecycle.js';
import { newId } from './new-id.js';
import type { Database } from './open-database.js';
import type { Scope, Write } from './unit-of-work.js';

/** Two placers at once would both be right; the second lets the first do it. */
const placementLock = 1_701_734_763;

/** A job that was not taken for so long is published again, which changes nothing while it is in the queue. */
const untakenSeconds = 30;

export interface OutboxRow {
  attemptId: string;
  workerId: string;
  /** The experiment's. */
  priority: number;
}

export interface PlacementRepository {
  /** Places what can be placed, in one transaction; answers how many. 0 when another process is at it. */
  placeWaiting(): Promise<number>;
  /**
   * Attempts that no queue has been told of, oldest first, and those that nobody has taken for half a minute after it was: a
   * job that failed before its claim is gone from the queue.
   */
  readOutbox(): Promise<OutboxRow[]>;
  markPublished(attemptIds: string[]): Promise<void>;
}

export function createPlacementRepository({ database: { prisma }, write }: { database: Database; write: Write }): PlacementRepository {
  return {
    placeWaiting: () =>
      write(async (scope) => {
        const [lock] = await scope.tx.$queryRaw<{ taken: boolean }[]>`SELECT pg_try_advisory_xact_lock(${placementLock}) AS taken`;
        if (lock?.taken !== true) return 0;
        const devices = await readFreeDevices(scope);
        if (devices.length === 0) return 0;
        const placements = place(await readWaiting(scope), devices);
        return placements.length === 0 ? 0 : storePlacements(scope, placements);
      }),

    readOutbox: () =>
      prisma.$queryRaw<OutboxRow[]>`
        SELECT due.attempt_id AS "attemptId", due.worker_id AS "workerId", experiment.priority
        FROM (
          SELECT attempt_id, worker_id, created_at FROM outbox WHERE published_at IS NULL
          UNION
          SELECT outbox.attempt_id, outbox.worker_id, outbox.created_at
          FROM lease JOIN attempt ON attempt.id = lease.attempt_id JOIN outbox ON outbox.attempt_id = attempt.id
          WHERE attempt.state = 'placed' AND published_at < now() - make_interval(secs => ${untakenSeconds})
        ) due JOIN attempt ON attempt.id = due.attempt_id JOIN experiment ON experiment.id = attempt.experiment_id
        ORDER BY due.created_at LIMIT 500`,

    async markPublished(attemptIds) {
      await prisma.outbox.updateMany({ where: { attemptId: { in: attemptIds } }, data: { publishedAt: new Date() } });
    },
  };
}

/**
 * None while nothing waits, so that an idle round locks nothing. Their workers stay alive, for the database, until this
 * transaction ends: losing one waits, and then finds the new attempts.
 */
function readFreeDevices({ tx }: Scope): Promise<FreeDevice[]> {
  return tx.$queryRaw<FreeDevice[]>`
    SELECT d.device_key AS "deviceKey", d.worker_id AS "workerId", d.kind
    FROM device d JOIN worker w ON w.id = d.worker_id
    WHERE w.state = 'alive' AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.device_key = d.device_key)
      AND EXISTS (SELECT 1 FROM experiment WHERE state = 'queued')
    ORDER BY w.id, d.device_key
    FOR SHARE OF w`;
}

async function readWaiting({ tx }: Scope): Promise<WaitingExperiment[]> {
  const rows = await tx.experiment.findMany({ where: { state: 'queued' }, select: { id: true, priority: true, queuedAt: true, deviceKind: true } });
  return rows.map(({ id, priority, queuedAt, deviceKind }) => ({
    experimentId: id,
    priority,
    submittedAtMs: queuedAt.getTime(),
    device: deviceKind as WaitingExperiment['device'],
  }));
}

async function storePlacements(scope: Scope, placements: Placement[]): Promise<number> {
  const { tx } = scope;
  const experimentIds = placements.map(({ experimentId }) => experimentId);
  await lockExperiments(scope, experimentIds);
  // Read again under the lock: one may have been cancelled in between.
  const queued = await tx.experiment.findMany({
    where: { id: { in: experimentIds }, state: 'queued' },
    select: { id: true, attempts: { orderBy: { number: 'desc' }, take: 1, select: { number: true } } },
  });
  const lastAttempt = new Map(queued.map(({ id, attempts }) => [id, attempts[0]?.number ?? 0]));
  for (const { experimentId, deviceKey, workerId } of placements) {
    const last = lastAttempt.get(experimentId);
    if (last === undefined) continue;
    const attemptId = newId();
    await tx.attempt.create({
      data: { id: attemptId, experimentId, number: last + 1, workerId, deviceKey, outbox: { create: { workerId } }, lease: { create: { deviceKey } } },
    });
    await moveExperiment(scope, { experimentId, to: 'placed', attempt: last + 1, facts: { workerId, deviceKey, attemptId } });
  }
  scope.changes.addTopic('workers');
  return lastAttempt.size;
}
