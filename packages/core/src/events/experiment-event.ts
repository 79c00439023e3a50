/**
 * Terminology. An *event* is one entry of an experiment's durable log. `seq` is gap-free per experiment and given by
 * the database; `counter` is the writer's own number, unique per attempt, so that a repeated write changes nothing.
 */
import { z } from 'zod';
import { adapterMethods } from '../config/adapter-config.js';
import { deviceKinds, precisions, recomputeModes } from '../config/compute-options.js';
import { errorRecordSchema } from '../errors/error-record.js';
import { ruleIds } from '../health/rule-ids.js';
import { sha256Schema } from '../parse/sha256-schema.js';
import { experimentStates } from '../states/experiment-state.js';

const count = z.int().min(0);
const numberOrNull = z.number().nullable();

export const stateDataSchema = z.strictObject({
  state: z.enum(experimentStates),
  /** A sentence for people: why. */
  reason: z.string().optional(),
  error: errorRecordSchema.optional(),
});

export const planDataSchema = z.strictObject({
  deviceKey: z.string(),
  deviceName: z.string(),
  engine: z.string(),
  effectiveBatch: count,
  microBatch: count,
  /** Sizes of the pieces one full window is split into; they sum to the effective batch. */
  pieces: z.array(count),
  trainSamples: count,
  evalSamples: count,
  updatesPerEpoch: count,
  updates: count,
  trainableParameters: count,
  estimatedBytes: count,
  // Plans written before these were told have the only values there were then.
  adaptation: z.enum(adapterMethods).default('lora'),
  precision: z.enum(precisions).default('fp32'),
  recompute: z.enum(recomputeModes).default('none'),
  device: z.enum(deviceKinds).default('cpu'),
});

/** The phases of one attempt, in order. */
export const trainingPhases = ['preparing', 'training', 'evaluating', 'bundling'] as const;

export const progressDataSchema = z.strictObject({
  phase: z.enum(trainingPhases),
  update: count,
  updates: count,
  epoch: z.number().min(0),
  /** Training throughput over the last updates; null before the first. */
  imagesPerSecond: numberOrNull,
  secondsLeft: numberOrNull,
});

/** Points of training series: `series[name][i]` belongs to `updates[i]`. */
export const metricsDataSchema = z.strictObject({
  updates: z.array(count),
  series: z.record(z.string(), z.array(z.number())),
});

/**
 * Names of the series that a training update adds a point to. `stepSeconds` is computing, the optimizer included;
 * `dataWaitSeconds` is the time that the loop waited for its next images (or, far ahead of it, for the event log).
 */
export const trainingSeries = ['loss', 'learningRate', 'gradNorm', 'imagesPerSecond', 'stepSeconds', 'dataWaitSeconds'] as const;

/** Metrics of one evaluation by name; null where a metric is undefined or does not apply. */
export const evaluationMetricsSchema = z.strictObject({
  loss: numberOrNull,
  accuracy: z.number(),
  balancedAccuracy: z.number(),
  qwk: numberOrNull,
  macroF1: z.number(),
  mcc: numberOrNull,
  mae: numberOrNull,
  rmse: numberOrNull,
  r2: numberOrNull,
});
export type EvaluationMetrics = z.infer<typeof evaluationMetricsSchema>;

export const evaluationDataSchema = z.strictObject({
  update: count,
  epoch: z.number().min(0),
  /** Held-out images. */
  count,
  metrics: evaluationMetricsSchema,
  classNames: z.array(z.string()),
  /** `confusion[truth][prediction]`. */
  confusion: z.array(z.array(count)),
  /** Recall and precision by class; null where the class is absent (recall) or never predicted (precision). */
  recall: z.array(numberOrNull),
  precision: z.array(numberOrNull),
  truthCounts: z.array(count),
  predictedCounts: z.array(count),
  /** Hash of the held-out logits rounded to 1e-3: equal hashes mean that nothing moved. */
  logitsHash: z.string(),
  learningRate: z.number(),
  trainLoss: numberOrNull,
});

export const findingLevels = ['info', 'warning', 'critical'] as const;
export const healthStates = ['ok', 'suspected', 'confirmed', 'recovered'] as const;

export const remedySchema = z.strictObject({
  /** What to try, as a sentence. */
  text: z.string(),
  /** Config paths and the values they would get; empty where the remedy is not a config change. */
  changes: z.record(z.string(), z.unknown()),
});

export const findingDataSchema = z.strictObject({
  rule: z.enum(ruleIds),
  level: z.enum(findingLevels),
  update: count,
  /** What is wrong, as a sentence with its numbers. */
  message: z.string(),
  /** Values, thresholds and the histogram that the rule looked at. */
  evidence: z.record(z.string(), z.unknown()),
  remedies: z.array(remedySchema),
  /** State of the run's health after this finding. */
  healthState: z.enum(healthStates),
});

export const logDataSchema = z.strictObject({ level: z.enum(['info', 'warn', 'error']), message: z.string() });

export const artifactDataSchema = z.strictObject({
  name: z.string(),
  sha256: sha256Schema,
  byteLength: count,
});

/** Event types and the shape of their data. */
export const eventDataSchemas = {
  state: stateDataSchema,
  plan: planDataSchema,
  progress: progressDataSchema,
  metrics: metricsDataSchema,
  evaluation: evaluationDataSchema,
  finding: findingDataSchema,
  log: logDataSchema,
  artifact: artifactDataSchema,
} as const;

export type EventType = keyof typeof eventDataSchemas;
export type EventData<T extends EventType> = z.infer<(typeof eventDataSchemas)[T]>;
export const eventTypes = Object.keys(eventDataSchemas) as EventType[];

/** One union over the event types; `envelope` adds the fields that number an event. */
function unionOfEvents<E extends z.ZodRawShape>(envelope: E) {
  return z.discriminatedUnion('type', [
    z.strictObject({ ...envelope, type: z.literal('state'), data: stateDataSchema }),
    z.strictObject({ ...envelope, type: z.literal('plan'), data: planDataSchema }),
    z.strictObject({ ...envelope, type: z.literal('progress'), data: progressDataSchema }),
    z.strictObject({ ...envelope, type: z.literal('metrics'), data: metricsDataSchema }),
    z.strictObject({ ...envelope, type: z.literal('evaluation'), data: evaluationDataSchema }),
    z.strictObject({ ...envelope, type: z.literal('finding'), data: findingDataSchema }),
    z.strictObject({ ...envelope, type: z.literal('log'), data: logDataSchema }),
    z.strictObject({ ...envelope, type: z.literal('artifact'), data: artifactDataSchema }),
  ]);
}

const at = z.iso.datetime();

/** An event's type and data, before anyone has numbered it. */
export const eventBodySchema = unionOfEvents({});
export type EventBody = z.infer<typeof eventBodySchema>;

/** An event as its writer hands it over. */
export const writtenEventSchema = unionOfEvents({ counter: count, at });
export type WrittenEvent = z.infer<typeof writtenEventSchema>;

/** An event as it is read from the log, pushed to clients and answered over HTTP. */
export const experimentEventSchema = unionOfEvents({ experimentId: z.string(), seq: count, attempt: count, at });
export type ExperimentEvent = z.infer<typeof experimentEventSchema>;
