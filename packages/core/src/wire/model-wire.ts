import { z } from 'zod';
import { errorRecordSchema } from '../errors/error-record.js';
import { modelSourceSchema } from '../models/model-source.js';

const count = z.int().min(0);

/** What a base model is called. */
export const modelNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/, 'expected a name like deit-tiny or google/vit-base')
  .max(120);

/** POST /api/models: where the model comes from; it is named after that unless told. */
export const createModelSchema = z.strictObject({ name: modelNameSchema.optional(), source: modelSourceSchema });
export type CreateModel = z.infer<typeof createModelSchema>;

export const modelImportPhases = ['listing', 'downloading', 'checking', 'storing'] as const;
/** How far an import is. `totalBytes` is null until it is known. */
export const modelProgressSchema = z.strictObject({ phase: z.enum(modelImportPhases), doneBytes: count, totalBytes: count.nullable() });
export type ModelProgress = z.infer<typeof modelProgressSchema>;

const identity = {
  id: z.string(),
  name: z.string(),
  /** A folder, `s3://bucket/prefix`, `hub:org/name@commit`, or words for what is built in. */
  source: z.string(),
  createdAt: z.iso.datetime(),
};

/** What is known of a model once it has been read. */
export const modelFactsSchema = z.strictObject({
  /** As in config.json. */
  modelType: z.string(),
  parameterCount: count,
  byteLength: count,
  imageSize: count,
  patchSize: count,
  hiddenSize: count,
  numHiddenLayers: count,
  numAttentionHeads: count,
});
export type ModelFacts = z.infer<typeof modelFactsSchema>;

const readyModelSchema = z.strictObject({ ...identity, state: z.literal('ready'), ...modelFactsSchema.shape });
/** A model that can be trained. */
export type ReadyModelWire = z.infer<typeof readyModelSchema>;

/** A base model, on its way or here. */
export const modelWireSchema = z.discriminatedUnion('state', [
  readyModelSchema,
  z.strictObject({ ...identity, state: z.literal('importing'), progress: modelProgressSchema.nullable() }),
  z.strictObject({ ...identity, state: z.literal('failed'), error: errorRecordSchema }),
]);
export type ModelWire = z.infer<typeof modelWireSchema>;

export function isReady(model: ModelWire): model is ReadyModelWire {
  return model.state === 'ready';
}
