import { z } from 'zod';
import { experimentConfigSchema } from '../config/experiment-config.js';
import { errorRecordSchema } from '../errors/error-record.js';
import { artifactDataSchema, evaluationDataSchema, evaluationMetricsSchema, findingDataSchema, findingLevels, healthStates, planDataSchema, progressDataSchema } from '../events/experiment-event.js';
import { attemptStates } from '../states/attempt-state.js';
import { experimentStates } from '../states/experiment-state.js';

const count = z.int().min(0);
const at = z.iso.datetime();

export const warningSchema = z.strictObject({ rule: z.string(), path: z.string().optional(), message: z.string() });
export type SubmitWarning = z.infer<typeof warningSchema>;

/** What pre-flight knows before anything runs. */
export const submitPlanSchema = z.strictObject({
  trainSamples: count,
  evalSamples: count,
  updatesPerEpoch: count,
  updates: count,
  trainableParameters: count,
  classNames: z.array(z.string()),
  numOutputs: count,
});
export type SubmitPlan = z.infer<typeof submitPlanSchema>;

/** Answer of POST /api/experiments; with `?dryRun=true` the id is null and nothing is stored. */
export const submitAnswerSchema = z.strictObject({
  id: z.string().nullable(),
  name: z.string(),
  config: experimentConfigSchema,
  warnings: z.array(warningSchema),
  plan: submitPlanSchema,
});
export type SubmitAnswer = z.infer<typeof submitAnswerSchema>;

export const attemptWireSchema = z.strictObject({
  number: z.int().min(1),
  state: z.enum(attemptStates),
  workerId: z.string(),
  deviceKey: z.string(),
  plan: planDataSchema.nullable(),
  error: errorRecordSchema.nullable(),
  createdAt: at,
  startedAt: at.nullable(),
  endedAt: at.nullable(),
});
export type AttemptWire = z.infer<typeof attemptWireSchema>;

const healthLevel = z.enum(findingLevels).nullable();

/** One row of GET /api/experiments. */
export const experimentSummarySchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  state: z.enum(experimentStates),
  dataset: z.string(),
  model: z.string(),
  task: z.enum(['multiclass', 'binary', 'regression']),
  tags: z.array(z.string()),
  priority: z.int(),
  progress: progressDataSchema.nullable(),
  latest: evaluationMetricsSchema.nullable(),
  best: evaluationMetricsSchema.nullable(),
  health: z.strictObject({ state: z.enum(healthStates), level: healthLevel }),
  error: errorRecordSchema.nullable(),
  lastSeq: count,
  createdAt: at,
  startedAt: at.nullable(),
  endedAt: at.nullable(),
  deletedAt: at.nullable().describe('When it was thrown into the bin.'),
});
export type ExperimentSummary = z.infer<typeof experimentSummarySchema>;

/** GET /api/experiments/:id */
export const experimentDetailSchema = z.strictObject({
  ...experimentSummarySchema.shape,
  config: experimentConfigSchema,
  warnings: z.array(warningSchema),
  plan: submitPlanSchema,
  attempts: z.array(attemptWireSchema),
  /** The newest evaluation in full. */
  evaluation: evaluationDataSchema.nullable(),
  health: z.strictObject({ state: z.enum(healthStates), level: healthLevel, findings: z.array(findingDataSchema) }),
  artifacts: z.array(artifactDataSchema),
});
export type ExperimentDetail = z.infer<typeof experimentDetailSchema>;

/** One bucket of a series: every point of `from..to` lies between min and max. */
export const seriesBucketSchema = z.strictObject({ from: count, to: count, min: z.number(), max: z.number(), last: z.number() });
export type SeriesBucket = z.infer<typeof seriesBucketSchema>;

/** GET /api/experiments/:id/metrics?names&from&to&maxPoints; `upTo` is the last seq that the series include. */
export const seriesAnswerSchema = z.strictObject({
  attempt: count,
  upTo: count,
  series: z.record(z.string(), z.array(seriesBucketSchema)),
});
export type SeriesAnswer = z.infer<typeof seriesAnswerSchema>;
