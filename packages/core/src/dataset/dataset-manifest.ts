/**
 * A dataset version as it lies in the artifact store: shards (the images' own bytes, one after the other) and one
 * manifest in JSON Lines, a header line and then one line per sample. The manifest's sha256 is the version's id.
 */
import { z } from 'zod';
import { sha256Schema } from '../parse/sha256-schema.js';

const count = z.int().min(0);

export const splitNames = ['train', 'eval', 'predict'] as const;
export type SplitName = (typeof splitNames)[number];

/** How the held-out part is chosen. */
export const splitConfigSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('stratified'),
    /** Share of the labelled images that is held out. */
    holdout: z.number().gt(0).lt(1).default(0.1),
    seed: z.int().min(0).max(0xffff_ffff).default(42),
  }),
  /** `file` is a CSV on the server whose first column names the held-out images by id. */
  z.strictObject({ kind: z.literal('list'), file: z.string().min(1) }),
]);
export type SplitConfig = z.infer<typeof splitConfigSchema>;

export const manifestHeaderSchema = z.strictObject({
  format: z.literal('eyegazer-dataset/1'),
  classNames: z.array(z.string()).min(1),
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
