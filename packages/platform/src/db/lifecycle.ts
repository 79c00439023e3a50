/**
 * The changes of state of experiments and attempts, each inside a caller's transaction and each with its event.
 *
 * One rule keeps them apart: whoever changes the state of an experiment or of one of its attempts, or appends to its
 * log, first locks the experiment's counter row; several are locked in the order of their ids.
 */
import {
  AppError,
  assertAttemptTransition,
  assertExperimentTransition,
  isEnded,
  isLive,
  type AttemptState,
  type ErrorRecord,
  type EventBody,
  type ExperimentState,
} from '@eyegazer/core';
import { describeMove } from './describe-move.js';
import { Prisma, type Attempt } from './generated/client.js';
import { toJson } from './json.js';
import type { Scope } from './unit-of-work.js';

/** Locks the experiments that exist of these, until the transaction ends. */
export async function lockExperiments({ tx }: Scope, experimentIds: readonly string[]): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM event_counter WHERE experiment_id = ANY(${[...experimentIds]}) ORDER BY experiment_id FOR UPDATE`;
}

/** Appends an event that the platform itself writes; `attempt` is 0 outside any. Needs the lock. */
export async function appendSystemEvent({ tx, changes }: Scope, event: { experimentId: string; attempt: number; body: EventBody }): Promise<number> {
  const { experimentId, attempt, body } = event;
  const { lastSeq } = await tx.eventCounter.update({ where: { experimentId }, data: { lastSeq: { increment: 1 } } });
  await tx.event.create({ data: { experimentId, seq: lastSeq, attempt, type: body.type, at: new Date(), data: toJson(body.data) } });
  changes.addEvents(experimentId, lastSeq);
  changes.addTopic('experiments', experimentId);
  return lastSeq;
}

export interface ExperimentMove {
  experimentId: string;
  to: ExperimentState;
  /** Number of the attempt that this is about; 0 when none. */
  attempt: number;
  reason?: string;
  error?: ErrorRecord;
  /** For the log: the worker, the device. */
  facts?: Record<string, unknown>;
}

/**
 * Moves an experiment to another state. Needs the lock.
 * @throws AppError NOT_FOUND, ILLEGAL_TRANSITION
 */
export async function moveExperiment(scope: Scope, move: ExperimentMove): Promise<void> {
  const { experimentId, to, attempt, reason, error } = move;
  const experiment = await scope.tx.experiment.findUnique({ where: { id: experimentId }, select: { state: true, queuedAt: true, startedAt: true } });
  if (!experiment) throw experimentNotFound(experimentId);
  assertExperimentTransition(experiment.state as ExperimentState, to);
  await scope.tx.experiment.update({ where: { id: experimentId }, data: { state: to, ...columnsOf(to, error) } });
  const data = { state: to, ...(reason === undefined ? {} : { reason }), ...(error === undefined ? {} : { error }) };
  await appendSystemEvent(scope, { experimentId, attempt, body: { type: 'state', data } });
  const { state: from, queuedAt, startedAt } = experiment;
  scope.tell(describeMove({ ...move, from: from as ExperimentState, queuedAt, startedAt }));
  if (to === 'queued') scope.changes.addWake();
}

/** The columns that go with a state: a new attempt begins with an empty summary, an end has a time. */
function columnsOf(to: ExperimentState, error: ErrorRecord | undefined): Prisma.ExperimentUpdateInput {
  if (isEnded(to)) return { endedAt: new Date(), ...(error === undefined ? {} : { error: toJson(error) }) };
  switch (to) {
    case 'queued':
      return { cancelRequestedAt: null, error: Prisma.DbNull, endedAt: null };
    case 'placed':
      return {
        progress: Prisma.DbNull,
        latest: Prisma.DbNull,
        best: Prisma.DbNull,
        bestValue: null,
        evaluation: Prisma.DbNull,
        healthState: 'ok',
        healthLevel: null,
        startedAt: null,
      };
    case 'running':
      return { startedAt: new Date() };
    default:
      return {};
  }
}

/**
 * Ends a live attempt; its leases are the caller's to free or to keep. Needs the lock.
 * @throws AppError ILLEGAL_TRANSITION
 */
export async function endAttempt({ tx, changes }: Scope, attempt: Pick<Attempt, 'id' | 'state'>, end: { to: AttemptState; error?: ErrorRecord }): Promise<void> {
  assertAttemptTransition(attempt.state as AttemptState, end.to);
  await tx.attempt.update({
    where: { id: attempt.id },
    data: { state: end.to, endedAt: new Date(), ...(end.error === undefined ? {} : { error: toJson(end.error) }) },
  });
  changes.addTopic('workers');
}

/** Frees the devices that an attempt holds. */
export async function freeLeases({ tx, changes }: Scope, attemptId: string): Promise<void> {
  const { count } = await tx.lease.deleteMany({ where: { attemptId } });
  if (count > 0) changes.addWake();
}

/** Attempts in a row that may be lost with their worker: an experiment that brings down whoever takes it must not go round for ever. */
const mostLostAttempts = 5;

export interface GivenUp {
  workerId: string;
  /** WORKER_LOST counts against the experiment; an orderly end does not. */
  error: ErrorRecord;
  /** Which of the worker's live attempts; all unless told. */
  which?: Prisma.AttemptWhereInput;
}

/**
 * Ends live attempts of a worker that cannot go on with them, and queues their experiments again; those that a person
 * wanted cancelled are cancelled, and those that were lost too often have failed. Their leases stay.
 */
export async function giveUpAttempts(scope: Scope, { workerId, error, which = {} }: GivenUp): Promise<void> {
  const where = { AND: [{ workerId, state: { in: ['placed', 'starting', 'running'] satisfies AttemptState[] } }, which] };
  const found = await scope.tx.attempt.findMany({ where, select: { experimentId: true } });
  if (found.length === 0) return;
  await lockExperiments(scope, found.map(({ experimentId }) => experimentId));
  // Read again under the lock: an attempt may have ended in between.
  const attempts = await scope.tx.attempt.findMany({ where, include: { experiment: { select: { cancelRequestedAt: true, queuedAt: true } } }, orderBy: { experimentId: 'asc' } });
  for (const { experiment, ...attempt } of attempts) {
    await endAttempt(scope, attempt, { to: 'lost', error });
    const about = { experimentId: attempt.experimentId, attempt: attempt.number, facts: { workerId } };
    const lost = await countLost(scope, { experimentId: attempt.experimentId, since: experiment.queuedAt });
    if (experiment.cancelRequestedAt !== null) await moveExperiment(scope, { ...about, to: 'cancelled', reason: `Cancelled; ${error.message}` });
    else if (lost < mostLostAttempts) await moveExperiment(scope, { ...about, to: 'queued', reason: error.message });
    else {
      const message = `${lost} attempts were lost with their worker, the last one so: ${error.message} It may be this experiment that ends them: look into the worker's log, and retry.`;
      await moveExperiment(scope, { ...about, to: 'failed', reason: message, error: { code: 'WORKER_LOST', message } });
    }
  }
}

/** Attempts that had begun and were lost with their worker, since a person last queued the experiment. */
function countLost({ tx }: Scope, { experimentId, since }: { experimentId: string; since: Date }): Promise<number> {
  return tx.attempt.count({
    where: { experimentId, state: 'lost', createdAt: { gte: since }, startedAt: { not: null }, error: { path: ['code'], equals: 'WORKER_LOST' } },
  });
}

/**
 * The attempt, locked, if it may still act.
 * @throws AppError NOT_FOUND, or FENCED when it has ended
 */
export async function lockLiveAttempt(scope: Scope, attemptId: string): Promise<Attempt> {
  const known = await scope.tx.attempt.findUnique({ where: { id: attemptId }, select: { experimentId: true } });
  if (!known) throw new AppError('NOT_FOUND', `There is no attempt ${attemptId}.`);
  await lockExperiments(scope, [known.experimentId]);
  const attempt = await scope.tx.attempt.findUniqueOrThrow({ where: { id: attemptId } });
  if (!isLive(attempt.state as AttemptState)) {
    throw new AppError('FENCED', `Attempt ${attempt.number} of experiment ${attempt.experimentId} has ended already (${attempt.state}); it may write no more.`);
  }
  return attempt;
}

export function experimentNotFound(experimentId: string): AppError {
  return new AppError('NOT_FOUND', `There is no experiment ${experimentId}.`, { details: { experimentId } });
}
