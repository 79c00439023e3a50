import { z } from 'zod';
import { splitConfigSchema, splitNames } from '../dataset/dataset-manifest.js';
import { importProgressSchema, importReportSchema } from '../dataset/dataset-report.js';
import { errorRecordSchema } from '../errors/error-record.js';

const count = z.int().min(0);
const at = z.iso.datetime();

export const datasetNameSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'expected a name of lower-case letters, digits, dots, dashes or underscores (at most 63)');

/** POST /api/datasets */
export const createDatasetSchema = z.strictObject({
  name: datasetNameSchema,
  source: z.strictObject({ kind: z.literal('path'), uri: z.string().min(1) }),
  split: splitConfigSchema.prefault({ kind: 'stratified' }),
});
export type CreateDataset = z.infer<typeof createDatasetSchema>;

export const datasetVersionWireSchema = z.strictObject({
  version: z.int().min(1),
  /** sha256 of the manifest. */
  contentId: z.string(),
  classNames: z.array(z.string()),
  counts: z.record(z.enum(splitNames), z.array(count)),
  split: splitConfigSchema,
  createdAt: at,
});
export type DatasetVersionWire = z.infer<typeof datasetVersionWireSchema>;

export const datasetStates = ['importing', 'ready', 'failed'] as const;
export const datasetWireSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  state: z.enum(datasetStates),
  progress: importProgressSchema.nullable(),
  report: importReportSchema.nullable(),
  error: errorRecordSchema.nullable(),
  latest: datasetVersionWireSchema.nullable(),
  createdAt: at,
});
export type DatasetWire = z.infer<typeof datasetWireSchema>;

/** GET /api/datasets/:id/samples?split&label&limit&cursor; `image` is the path of a thumbnail to fetch. */
export const datasetSampleWireSchema = z.strictObject({
  id: z.string(),
  label: count.nullable(),
  split: z.enum(splitNames),
  width: z.int(),
  height: z.int(),
  image: z.string(),
});
export type DatasetSampleWire = z.infer<typeof datasetSampleWireSchema>;
