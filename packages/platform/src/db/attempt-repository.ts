import { assertAttemptTransition, type AttemptState, type ErrorRecord, type ExperimentConfig, type ExperimentState } from '@eyegazer/core';
import { presentVersionRef, type DatasetVersionRef } from './present-dataset.js';
import { endAttempt, freeLeases, lockExperiments, lockLiveAttempt, moveExperiment } from './lifecycle.js';
import { presentStoredModel, type StoredModel } from './model-repository.js';
import { readStoredConfig } from './stored-values.js';
import type { Scope, Write } from './unit-of-work.js';

/** Everything a trainer needs to begin. */
export interface ClaimedAttempt {
  attemptId: string;
  experimentId: string;
  experimentName: string;
  /** The fencing token. */
  attempt: number;
  deviceKey: string;
  config: ExperimentConfig;
  dataset: DatasetVersionRef;
  model: StoredModel;
}

/** How an attempt ended. `stopped` is a health stop: the attempt succeeded, the experiment is stopped. */
export type AttemptOutcome =
  | { kind: 'succeeded' }
  | { kind: 'stopped'; reason: string }
  | { kind: 'failed'; error: ErrorRecord }
  | { kind: 'cancelled' };

/** Attempts, as the worker that runs them sees them. */
export interface AttemptRepository {
  /** Compare-and-set `placed` -> `starting`; null when the attempt is not this worker's to take (any more): a repeated or late delivery. */
  claim(input: { attemptId: string; workerId: string }): Promise<ClaimedAttempt | null>;
  /** `starting` -> `running`, and the experiment with it; again changes nothing, as after an answer that never arrived. @throws AppError FENCED */
  markRunning(attemptId: string): Promise<void>;
  /** Ends attempt and experiment and frees its device. Call it after the trainer process has ended. @throws AppError FENCED when it has been ended by another */
  end(attemptId: string, outcome: AttemptOutcome): Promise<void>;
}

export function createAttemptRepository({ write }: { write: Write }): AttemptRepository {
  return {
    claim: ({ attemptId, workerId }) =>
      write(async (scope) => {
        const known = await scope.tx.attempt.findUnique({ where: { id: attemptId }, select: { experimentId: true } });
        if (!known) return null;
        await lockExperiments(scope, [known.experimentId]);
        const { count } = await scope.tx.attempt.updateMany({ where: { id: attemptId, workerId, state: 'placed' }, data: { state: 'starting', startedAt: new Date() } });
        if (count === 0) return null;
        scope.changes.addTopic('workers');
        return readClaimed(scope, attemptId);
      }),

    markRunning: (attemptId) =>
      write(async (scope) => {
        const { state, experimentId, number, workerId, startedAt } = await lockLiveAttempt(scope, attemptId);
        if (state === 'running') return;
        assertAttemptTransition(state as AttemptState, 'running');
        await scope.tx.attempt.update({ where: { id: attemptId }, data: { state: 'running' } });
        await moveExperiment(scope, { experimentId, to: 'running', attempt: number, facts: { workerId, preparedMs: Math.max(0, Date.now() - (startedAt?.getTime() ?? Date.now())) } });
      }),

    end: (attemptId, outcome) =>
      write(async (scope) => {
        const attempt = await lockLiveAttempt(scope, attemptId);
        const { attemptState, experimentState, reason, error } = endOf(outcome);
        await endAttempt(scope, attempt, { to: attemptState, ...(error === undefined ? {} : { error }) });
        const about = { experimentId: attempt.experimentId, attempt: attempt.number, facts: { workerId: attempt.workerId } };
        await moveExperiment(scope, { ...about, to: experimentState, ...(reason === undefined ? {} : { reason }), ...(error === undefined ? {} : { error }) });
        await freeLeases(scope, attemptId);
      }),
  };
}

interface End {
  attemptState: AttemptState;
  experimentState: ExperimentState;
  reason?: string;
  error?: ErrorRecord;
}

function endOf(outcome: AttemptOutcome): End {
  switch (outcome.kind) {
    case 'succeeded':
      return { attemptState: 'succeeded', experimentState: 'succeeded' };
    case 'stopped':
      return { attemptState: 'succeeded', experimentState: 'stopped', reason: outcome.reason };
    case 'failed':
      return { attemptState: 'failed', experimentState: 'failed', reason: outcome.error.message, error: outcome.error };
    case 'cancelled':
      return { attemptState: 'cancelled', experimentState: 'cancelled' };
    default:
      return outcome satisfies never;
  }
}

async function readClaimed({ tx }: Scope, attemptId: string): Promise<ClaimedAttempt> {
  const { experiment, ...attempt } = await tx.attempt.findUniqueOrThrow({ where: { id: attemptId }, include: { experiment: true } });
  const model = await tx.baseModel.findUniqueOrThrow({ where: { id: experiment.modelId } });
  const { dataset, ...version } = await tx.datasetVersion.findUniqueOrThrow({ where: { id: experiment.datasetVersionId }, include: { dataset: true } });
  return {
    attemptId,
    experimentId: experiment.id,
    experimentName: experiment.name,
    attempt: attempt.number,
    deviceKey: attempt.deviceKey,
    config: readStoredConfig(experiment.config),
    dataset: presentVersionRef(dataset, version),
    model: presentStoredModel(model),
  };
}
