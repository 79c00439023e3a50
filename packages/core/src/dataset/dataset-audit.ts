/**
 * What an import found out about its images as a whole, as it lies in the artifact store in JSON Lines: the audit, then one line
 * per group of duplicates.
 */
import { z } from 'zod';

const count = z.int().min(0);

/** `counts[i]` of the values lie from `edges[i]` up to, not including, `edges[i + 1]`; the last bin has its upper edge. */
const histogramSchema = z.strictObject({ edges: z.array(z.number()), counts: z.array(count) });
export type Histogram = z.infer<typeof histogramSchema>;

const duplicateCountsSchema = z.strictObject({
  groups: count,
  /** Images in all the groups. */
  images: count,
  /** Groups whose images have different labels. */
  conflicting: count,
});

/** Images that can hardly teach anything, by id; the first 100. */
const oddImagesSchema = z.strictObject({ count, ids: z.array(z.string()) });

export const probeSchema = z.strictObject({
  /** Quadratic weighted kappa of predictions for images that the probe did not see: 0 is chance, 1 is all right. */
  qwk: z.number(),
  accuracy: z.number(),
  /** Share of the largest class: what always answering it gets right. */
  majority: z.number(),
  folds: count,
  /** The same by one kind of feature alone. */
  parts: z.array(z.strictObject({ name: z.enum(['colour', 'border', 'size']), qwk: z.number() })),
});
export type Probe = z.infer<typeof probeSchema>;

export const datasetAuditSchema = z.strictObject({
  format: z.literal('eyegazer-audit/1'),
  sampleCount: count,
  labelledCount: count,
  labels: z.array(z.string()),
  /** Images of each label. */
  labelCounts: z.array(count),
  /** Largest class through smallest; null where one is empty. */
  imbalance: z.number().nullable(),
  /** The most frequent sizes, most frequent first; at most 20. */
  sizes: z.array(z.strictObject({ width: z.int(), height: z.int(), count })),
  sizeCount: count,
  /** Of the shorter edge in pixels, and of width through height. */
  shorterEdge: histogramSchema,
  aspectRatio: histogramSchema,
  exact: duplicateCountsSchema,
  near: duplicateCountsSchema.extend({ /** Bits of the perceptual hash in which neighbours in a group differ at most. */ distance: count }),
  blank: oddImagesSchema,
  tiny: oddImagesSchema,
  dark: oddImagesSchema,
  /** Null where there are too few labelled images. */
  probe: probeSchema.nullable(),
});
export type DatasetAudit = z.infer<typeof datasetAuditSchema>;

export const duplicateKinds = ['exact', 'near'] as const;
export const duplicateGroupSchema = z.strictObject({
  kind: z.enum(duplicateKinds),
  conflicting: z.boolean(),
  /** Ids, in their order. */
  ids: z.array(z.string()).min(2),
});
export type DuplicateGroup = z.infer<typeof duplicateGroupSchema>;
