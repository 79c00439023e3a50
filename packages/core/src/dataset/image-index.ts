/**
 * What an import read, as it lies in the artifact store: shards (the images' own bytes, one after the other) and one index in
 * JSON Lines, a header line and then one line per image, in the order of their ids. Versions are made from it without reading
 * an image again.
 */
import { z } from 'zod';
import { sha256Schema } from '../parse/sha256-schema.js';
import { splitNames } from './dataset-split.js';

const count = z.int().min(0);

/** The layouts that an import knows; `table` is a CSV file of other columns beside images. */
export const datasetLayouts = ['aptos', 'classFolders', 'imagefolder', 'parquet', 'table', 'procedural-fundus'] as const;
export type DatasetLayout = (typeof datasetLayouts)[number];

export const imageIndexHeaderSchema = z.strictObject({
  format: z.literal('eyegazer-images/1'),
  layout: z.enum(datasetLayouts),
  /** Labels as the source has them, in natural order; an image's label is an index into them. Whole numbers read `1`, never `1.0`. */
  labels: z.array(z.string().min(1)),
  /** Whether the labels are the whole numbers from 0 on: grades, whose order means something. */
  numeric: z.boolean(),
  shards: z.array(z.strictObject({ sha256: sha256Schema, byteLength: count })),
  sampleCount: count,
});
export type ImageIndexHeader = z.infer<typeof imageIndexHeaderSchema>;

export const indexedImageSchema = z.strictObject({
  id: z.string().min(1),
  /** Index into the header's labels, null for images that can only be predicted. */
  label: count.nullable(),
  /** What the source says, if it does. */
  split: z.enum(splitNames).nullable(),
  /** What belongs together and is never divided by a split: a patient, an eye. */
  group: z.string().nullable(),
  /** Index into the header's shards, and where the encoded image lies in it. */
  shard: count,
  byteOffset: count,
  byteLength: count,
  sha256: sha256Schema,
  width: z.int().min(1),
  height: z.int().min(1),
  /** Digest of the decoded pixels and their size: equal for images that look exactly the same. */
  pixels: sha256Schema,
  /** Perceptual hash in hexadecimal: few bits differ between images that look alike. */
  hash: z.string().regex(/^[0-9a-f]+$/),
  /** Colour, border and size as numbers: what a camera leaves in an image, whatever is seen on it. */
  look: z.array(z.number()),
});
export type IndexedImage = z.infer<typeof indexedImageSchema>;
