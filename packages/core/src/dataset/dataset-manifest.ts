/**
 * A dataset version as it lies in the artifact store: shards (the images' own bytes, one after the other) and one
 * manifest in JSON Lines, a header line and then one line per sample. The manifest's sha256 is the version's id.
 */
import { z } from 'zod';
import { sha256Schema } from '../parse/sha256-schema.js';
import { splitConfigSchema, splitNames } from './dataset-split.js';

const count = z.int().min(0);

export const manifestHeaderSchema = z.strictObject({
  format: z.literal('eyegazer-dataset/1'),
  classNames: z.array(z.string()).min(1),
  /** Whether the order of the classes means something, as grades do: what a regression can learn. */
  ordinal: z.boolean().default(true),
  split: splitConfigSchema,
  shards: z.array(z.strictObject({ sha256: sha256Schema, byteLength: count })),
  sampleCount: count,
});
export type ManifestHeader = z.infer<typeof manifestHeaderSchema>;

export const manifestSampleSchema = z.strictObject({
  /** The image's file stem. */
  id: z.string().min(1),
  /** Class id, null for images that can only be predicted. */
  label: count.nullable(),
  split: z.enum(splitNames),
  /** Index into the header's shards, and where the encoded image lies in it. */
  shard: count,
  byteOffset: count,
  byteLength: count,
  sha256: sha256Schema,
  width: z.int().min(1),
  height: z.int().min(1),
});
export type ManifestSample = z.infer<typeof manifestSampleSchema>;
