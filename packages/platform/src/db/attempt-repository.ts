import type { ErrorRecord, ExperimentConfig, ResolvedTask, SubmitPlan } from '@eyegazer/core';
import type { DatasetVersionRef } from './dataset-repository.js';
import type { StoredModel } from './model-repository.js';

/** Everything a trainer needs to begin. */
export interface ClaimedAttempt {
  attemptId: string;
  experimentId: string;
  experimentName: string;
  /** The fencing token. */
  attempt: number;
  deviceKey: string;
  config: ExperimentConfig;
  task: ResolvedTask;
  plan: SubmitPlan;
  dataset: DatasetVersionRef;
  model: StoredModel;
}

/**
 * How an attempt ended. `stopped` is a health stop: the attempt succeeded, the experiment is stopped. `requeued`: the
 * worker gave it up without fault of the experiment (it shuts down), so another attempt will follow.
 */
export type AttemptOutcome =
  | { kind: 'succeeded' }
  | { kind: 'stopped'; reason: string }
  | { kind: 'failed'; error: ErrorRecord }
  | { kind: 'cancelled' }
  | { kind: 'requeued'; reason: string };

/** Attempts, as the worker that runs them sees them. */
export interface AttemptRepository {
  /** Compare-and-set `placed` -> `starting`; null when the attempt is not this worker's to take (any more): a repeated or late delivery. */
  claim(input: { attemptId: string; workerId: string }): Promise<ClaimedAttempt | null>;
  /** `starting` -> `running`, and the experiment with it. @throws AppError FENCED */
  markRunning(attemptId: string): Promise<void>;
  /** Ends attempt and experiment and frees its device. Call it after the trainer process has ended. @throws AppError FENCED when it has been ended by another */
  end(attemptId: string, outcome: AttemptOutcome): Promise<void>;
}
