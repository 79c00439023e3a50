import type {
  ExperimentConfig,
  ExperimentDetail,
  ExperimentState,
  ExperimentSummary,
  Page,
  ResolvedTask,
  SelectionMetric,
  SubmitPlan,
  SubmitWarning,
} from '@eyegazer/core';

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
  /** Queues a failed, cancelled or stopped experiment again. @throws AppError NOT_FOUND, ILLEGAL_TRANSITION */
  retry(id: string): Promise<ExperimentDetail>;
  /** How many experiments are in each state. */
  countByState(): Promise<Record<ExperimentState, number>>;
}
