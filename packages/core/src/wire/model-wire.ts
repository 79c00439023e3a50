import { z } from 'zod';

const count = z.int().min(0);

/** POST /api/models: a folder on the server in Hugging Face layout. */
export const createModelSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/, 'expected a name like deit-tiny or google/vit-base').max(120).optional(),
  source: z.strictObject({ kind: z.literal('path'), uri: z.string().min(1) }),
});
export type CreateModel = z.infer<typeof createModelSchema>;

export const modelWireSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  parameterCount: count,
  byteLength: count,
  imageSize: count,
  patchSize: count,
  hiddenSize: count,
  numHiddenLayers: count,
  numAttentionHeads: count,
  createdAt: z.iso.datetime(),
});
export type ModelWire = z.infer<typeof modelWireSchema>;
