import { createHash } from 'node:crypto';
import {
  AppError,
  assertExperimentTransition,
  isEnded,
  neededDevice,
  type ExperimentConfig,
  type ExperimentDetail,
  type ExperimentState,
  type ExperimentSummary,
  type Page,
  type ResolvedTask,
  type SelectionMetric,
  type SubmitPlan,
  type SubmitWarning,
} from '@eyegazer/core';
import { isKeyViolation } from './database-errors.js';
import { assertNotInBin, takeBack, throwAway } from './experiment-bin.js';
import { toJson } from './json.js';
import { appendSystemEvent, endAttempt, experimentNotFound, freeLeases, lockExperiments, moveExperiment } from './lifecycle.js';
import { listExperiments } from './list-experiments.js';
import { newId } from './new-id.js';
import type { Database, Tx } from './open-database.js';
import { detailColumns, presentDetail } from './present-experiment.js';
import type { Scope, Write } from './unit-of-work.js';

export interface NewExperiment {
  name: string;
  config: ExperimentConfig;
  task: ResolvedTask;
  plan: SubmitPlan;
  warnings: SubmitWarning[];
  datasetVersionId: string;
  modelId: string;
  /** The same key with the same config answers the experiment that is there. */
  idempotencyKey?: string;
}

/** Filters of a list; all given ones must hold. */
export interface ExperimentQuery {
  limit: number;
  cursor?: string | undefined;
  states?: ExperimentState[] | undefined;
  /** Name, or `name@version`. */
  dataset?: string | undefined;
  model?: string | undefined;
  task?: ResolvedTask['kind'] | undefined;
  tag?: string | undefined;
  /** Part of the name, any case. */
  text?: string | undefined;
  /** `newest` unless told; a metric sorts by the best evaluation, best first, those without one last. */
  sort?: 'newest' | SelectionMetric | undefined;
  /** What is in the bin instead of what is not; its `newest` goes by the time of deletion. */
  deleted?: boolean | undefined;
}

/** Experiments, from `queued` on. Every change of state writes its event in the same transaction. */
export interface ExperimentRepository {
  /** `created` is false when the idempotency key was known. @throws AppError CONFLICT when the key came with another config before */
  create(input: NewExperiment): Promise<{ id: string; created: boolean }>;
  /** @throws AppError BAD_REQUEST on a cursor that is not of this list */
  list(query: ExperimentQuery): Promise<Page<ExperimentSummary>>;
  /** @throws AppError NOT_FOUND */
  get(id: string): Promise<ExperimentDetail>;
  /**
   * Cancels at once what no worker has taken; otherwise asks the worker, which ends the attempt at its next step.
   * @throws AppError NOT_FOUND, ILLEGAL_TRANSITION
   */
  cancel(id: string): Promise<ExperimentDetail>;
  /** Queues a failed, cancelled or stopped experiment again. @throws AppError NOT_FOUND, ILLEGAL_TRANSITION, also for one in the bin */
  retry(id: string): Promise<ExperimentDetail>;
  /** Moves an experiment that has ended into the bin, once. @throws AppError NOT_FOUND, ILLEGAL_TRANSITION */
  delete(id: string): Promise<void>;
  /** Takes an experiment out of the bin, once. @throws AppError NOT_FOUND */
  restore(id: string): Promise<ExperimentDetail>;
}

export function createExperimentRepository({ database, write }: { database: Database; write: Write }): ExperimentRepository {
  const { prisma } = database;
  const get = (id: string): Promise<ExperimentDetail> => readDetail(prisma, id);

  return {
    async create(input) {
      const { idempotencyKey } = input;
      if (idempotencyKey === undefined) return { id: await write((scope) => insertExperiment(scope, input)), created: true };
      const known = await findByKey(prisma, idempotencyKey, input);
      if (known) return { id: known, created: false };
      try {
        return { id: await write((scope) => insertExperiment(scope, input)), created: true };
      } catch (error) {
        // The same request was answered by another process meanwhile.
        const twin = isKeyViolation(error) ? await findByKey(prisma, idempotencyKey, input) : null;
        if (twin === null) throw error;
        return { id: twin, created: false };
      }
    },

    list: (query) => listExperiments(database, query),

    get,

    async cancel(id) {
      await write((scope) => cancelExperiment(scope, id));
      return get(id);
    },

    async retry(id) {
      await write(async (scope) => {
        await lockExperiments(scope, [id]);
        const { state, deletedAt } = await readState(scope.tx, id);
        assertNotInBin({ deletedAt });
        // `queued` out of a state that has not ended is the platform's own way back, not a person's.
        if (!isEnded(state)) {
          throw new AppError('ILLEGAL_TRANSITION', `An experiment that is ${state} cannot be retried: expected one that is failed, cancelled or stopped.`, { details: { from: state, to: 'queued' } });
        }
        await moveExperiment(scope, { experimentId: id, to: 'queued', attempt: 0, reason: 'Retried.' });
        await scope.tx.experiment.update({ where: { id }, data: { queuedAt: new Date() } });
      });
      return get(id);
    },

    delete: (id) => write((scope) => throwAway(scope, id)),

    async restore(id) {
      await write((scope) => takeBack(scope, id));
      return get(id);
    },
  };
}

async function insertExperiment(scope: Scope, input: NewExperiment): Promise<string> {
  const { name, config, task, plan, warnings, datasetVersionId, modelId, idempotencyKey } = input;
  const id = newId();
  await scope.tx.experiment.create({
    data: {
      id,
      name,
      config: toJson(config),
      task: toJson(task),
      taskKind: task.kind,
      plan: toJson(plan),
      warnings: toJson(warnings),
      tags: config.tags,
      priority: config.resources.priority,
      deviceKind: neededDevice(config),
      datasetVersionId,
      modelId,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey, requestHash: hashOf(input) }),
      counter: { create: {} },
    },
  });
  await appendSystemEvent(scope, { experimentId: id, attempt: 0, body: { type: 'state', data: { state: 'queued' } } });
  scope.changes.addWake();
  return id;
}

async function findByKey(tx: Tx, idempotencyKey: string, input: NewExperiment): Promise<string | null> {
  const row = await tx.experiment.findUnique({ where: { idempotencyKey }, select: { id: true, requestHash: true } });
  if (!row) return null;
  if (row.requestHash === hashOf(input)) return row.id;
  throw new AppError('CONFLICT', 'Idempotency-Key: this key was used before with another config; use a new key for a new experiment.', { details: { experimentId: row.id } });
}

/** A parsed config has its keys in the schema's order, so equal configs have equal texts. */
function hashOf({ name, config }: NewExperiment): string {
  return createHash('sha256').update(JSON.stringify([name, config])).digest('hex');
}

async function cancelExperiment(scope: Scope, id: string): Promise<void> {
  await lockExperiments(scope, [id]);
  const { state } = await readState(scope.tx, id);
  assertExperimentTransition(state, 'cancelled');
  const attempt = await scope.tx.attempt.findFirst({ where: { experimentId: id, state: { in: ['placed', 'starting', 'running'] } } });
  if (attempt && attempt.state !== 'placed') {
    await scope.tx.experiment.update({ where: { id }, data: { cancelRequestedAt: new Date() } });
    scope.changes.addCommand({ kind: 'cancel', workerId: attempt.workerId, attemptId: attempt.id });
    scope.tell({ level: 'info', fields: { experimentId: id, attempt: attempt.number, workerId: attempt.workerId }, message: 'The worker is asked to end it: cancelled by a person' });
    return;
  }
  if (attempt) {
    // No worker has taken it: its claim will fail.
    await endAttempt(scope, attempt, { to: 'cancelled' });
    await freeLeases(scope, attempt.id);
  }
  await moveExperiment(scope, { experimentId: id, to: 'cancelled', attempt: attempt?.number ?? 0, reason: 'Cancelled.' });
}

async function readState(tx: Tx, id: string): Promise<{ state: ExperimentState; deletedAt: Date | null }> {
  const row = await tx.experiment.findUnique({ where: { id }, select: { state: true, deletedAt: true } });
  if (!row) throw experimentNotFound(id);
  return { state: row.state as ExperimentState, deletedAt: row.deletedAt };
}

async function readDetail(tx: Tx, id: string): Promise<ExperimentDetail> {
  const row = await tx.experiment.findUnique({ where: { id }, select: detailColumns });
  // Without its counter it is being removed for good.
  if (!row?.counter) throw experimentNotFound(id);
  return presentDetail(row);
}
