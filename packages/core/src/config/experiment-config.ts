/**
 * The experiment config: what a person submits, as YAML or JSON. Only `dataset` is required. The schema accepts
 * what the engine does, and nothing else: a value that would be ignored is refused.
 */
import { z } from 'zod';
import { parseWith } from '../parse/parse-with.js';
import { ruleSettingsSchema } from '../health/rule-ids.js';
import { adapterSchema, loraAdapterSchema } from './adapter-config.js';
import { augmentSchema } from './augment-config.js';
import { deviceKinds, precisions, recomputeModes } from './compute-options.js';
import { findContradictions } from './find-contradictions.js';
import { imageStepsSchema } from './image-steps.js';

const wholeNumber = z.int();

export const taskConfigSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('multiclass'), loss: z.literal('crossEntropy').default('crossEntropy') }),
  z.strictObject({
    kind: z.literal('binary'),
    positive: z.array(wholeNumber.min(0)).min(1).nullable().default(null).describe('Class ids that count as positive; null means every class but 0.'),
  }),
  z.strictObject({
    kind: z.literal('regression'),
    range: z.tuple([z.number(), z.number()]).nullable().default(null).describe("Lowest and highest grade, which are 0 and the dataset's highest class id; null says the same."),
    thresholds: z.array(z.number()).min(1).nullable().default(null).describe('Ascending cut points between grades; null means half-way between neighbours.'),
    loss: z.enum(['mse', 'smoothL1']).default('mse'),
  }),
]);

const trainingSchema = z.strictObject({
  epochs: wholeNumber.min(1).max(10_000).default(10),
  effectiveBatch: wholeNumber.min(1).max(65_536).default(64).describe('Samples per optimizer update.'),
  microBatch: z.union([z.literal('auto'), wholeNumber.min(1)]).default('auto').describe('Samples that the device takes at once.'),
  learningRate: z.number().positive().default(5e-4),
  schedule: z.enum(['linear', 'cosine', 'constant']).default('linear'),
  warmupRatio: z.number().min(0).max(1).default(0.1),
  weightDecay: z.number().min(0).default(0.01),
  noDecay: z
    .array(z.string().min(1))
    .nullable()
    .default(null)
    .describe("Suffixes of tensor names that are spared from weight decay, e.g. `bias`; null spares what Transformers' Trainer spares: biases and norms."),
  clipNorm: z.number().positive().default(1),
  seed: wholeNumber.min(0).max(0xffff_ffff).default(42),
  classWeights: z
    .union([z.enum(['none', 'balanced']), z.array(z.number().positive()).min(2)])
    .default('none')
    .describe('What a class counts in the loss: all the same, inversely to its training images, or one number per class of the task.'),
  sampler: z.enum(['shuffle', 'balanced']).default('shuffle'),
  ema: z.number().gt(0).lt(1).nullable().default(null).describe('Decay of the moving average of what trains, e.g. 0.999; evaluations and the bundle use the average. null: none.'),
  precision: z.enum(['auto', ...precisions]).default('auto').describe('Numbers of the frozen weights; auto is fp32 on a CPU and fp16 on a GPU.'),
  recompute: z.enum(['auto', ...recomputeModes]).default('auto').describe('What the backward pass computes again instead of keeping; auto keeps what fits into memory.'),
  augment: augmentSchema.prefault({}),
  checkpointEvery: z.literal('epoch').nullable().default(null).describe('Accepted so that configs carry over; nothing is written yet, and pre-flight says so.'),
});

export const selectionMetrics = ['qwk', 'accuracy', 'balancedAccuracy', 'macroF1', 'mcc', 'loss'] as const;

const healthSchema = z.strictObject({
  onCollapse: z.enum(['flag', 'stop']).default('flag').describe('What a confirmed collapse does; `stop` ends the run and keeps its best evaluation.'),
  rules: ruleSettingsSchema.default({}),
});

export const experimentConfigSchema = z.strictObject({
  name: z.string().trim().min(1).max(200).optional(),
  dataset: z.string().trim().min(1).describe('A name, which means its newest version, or `name@version`.'),
  task: taskConfigSchema.default({ kind: 'multiclass', loss: 'crossEntropy' }),
  model: z
    .strictObject({
      base: z.string().trim().min(1).default('eyegazer/vit-nano-fundus').describe('The name of a base model; or where one was added from: a hub id `org/name[@revision]`, `s3://bucket/prefix`, or the absolute path of a folder on the server, which is imported on first use.'),
      imageSize: wholeNumber.min(1).nullable().default(null).describe('Pixels, a multiple of the patch size; null means the size the base model was trained at.'),
    })
    .prefault({}),
  images: imageStepsSchema.prefault({}),
  adapter: adapterSchema.prefault({}),
  training: trainingSchema.prefault({}),
  evaluation: z
    .strictObject({
      every: z.union([z.literal('epoch'), wholeNumber.min(1)]).default('epoch').describe('After every epoch, or after every N updates; the last update is always evaluated.'),
      metric: z.enum(selectionMetrics).default('qwk'),
      patience: z.null().default(null),
    })
    .prefault({}),
  health: healthSchema.prefault({}),
  resources: z
    .strictObject({
      devices: z.literal(1).default(1),
      device: z.enum(['any', ...deviceKinds]).default('any'),
      priority: wholeNumber.min(-1000).max(1000).default(0),
    })
    .prefault({}),
  export: z.strictObject({ naming: z.enum(['dual', 'classic', 'new']).default('dual') }).prefault({}),
  tags: z.array(z.string().trim().min(1).max(60)).max(20).default([]),
});

export type ExperimentConfig = z.infer<typeof experimentConfigSchema>;
export type TaskConfig = z.infer<typeof taskConfigSchema>;
export type HealthConfig = ExperimentConfig['health'];
export type SelectionMetric = (typeof selectionMetrics)[number];

/** What a person submits: `lora` is another name of `adapter`. */
export const experimentConfigInputSchema = z
  .strictObject({
    ...experimentConfigSchema.shape,
    adapter: adapterSchema.optional(),
    lora: loraAdapterSchema.optional().describe('Another name of `adapter`, for a LoRA adapter.'),
  })
  .refine(({ adapter, lora }) => adapter === undefined || lora === undefined, { path: ['lora'], error: 'expected `adapter` or `lora`, which are two names of one thing, got both' })
  .transform(({ lora, ...config }): ExperimentConfig => ({ ...config, adapter: config.adapter ?? lora ?? loraAdapterSchema.parse({}) }))
  .superRefine((config, context) => {
    for (const { path, message } of findContradictions(config)) context.addIssue({ code: 'custom', path: path.split('.'), message });
  });

/**
 * Parses what a person submits.
 * @throws AppError BAD_CONFIG with the path, e.g. `adapter.r: expected a number >= 1, got 0`
 */
export function parseExperimentConfig(value: unknown): ExperimentConfig {
  return parseWith(experimentConfigInputSchema, value, { code: 'BAD_CONFIG', what: 'config' });
}
