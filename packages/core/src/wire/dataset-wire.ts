import { z } from 'zod';
import { curationSchema } from '../dataset/curation.js';
import { datasetAuditSchema, duplicateGroupSchema } from '../dataset/dataset-audit.js';
import { versionFindingsSchema } from '../dataset/version-findings.js';
import { splitConfigSchema, splitNames } from '../dataset/dataset-split.js';
import { importProgressSchema, importReportSchema } from '../dataset/dataset-report.js';
import { errorRecordSchema } from '../errors/error-record.js';
import { bucketUriSchema } from '../models/model-source.js';

const count = z.int().min(0);
const at = z.iso.datetime();

export const datasetNameSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'expected a name of lower-case letters, digits, dots, dashes or underscores (at most 63)');

/** Where images come from. An upload's `uri` is its id. */
export const datasetSourceSchema = z
  .strictObject({
    kind: z.enum(['path', 's3', 'upload']),
    uri: z.string().min(1).describe('A folder or a zip file on the server, `s3://bucket/prefix`, or the id of a finished upload of a zip file.'),
  })
  .superRefine(({ kind, uri }, context) => {
    if (kind !== 's3') return;
    for (const { message } of bucketUriSchema.safeParse(uri).error?.issues ?? []) context.addIssue({ code: 'custom', path: ['uri'], message });
  });
export type DatasetSource = z.infer<typeof datasetSourceSchema>;

const column = z.string().min(1).max(200).optional();

/** Names of a table's columns, where they are not the layout's own (`id_code` and `diagnosis`; `file_name` and `label`; `image` and `label`). */
export const columnsSchema = z.strictObject({
  image: column.describe("An image's id or file name."),
  label: column,
  group: column.describe('What belongs together, such as a patient: a split never divides it.'),
  split: column.describe('train, validation or test; used by the split `given`.'),
});
export type Columns = z.infer<typeof columnsSchema>;

/** POST /api/datasets */
export const createDatasetSchema = z.strictObject({
  name: datasetNameSchema,
  source: datasetSourceSchema,
  columns: columnsSchema.prefault({}),
  ...curationSchema.shape,
});
export type CreateDataset = z.infer<typeof createDatasetSchema>;

export const datasetVersionWireSchema = z.strictObject({
  version: z.int().min(1),
  /** sha256 of the manifest. */
  contentId: z.string(),
  classNames: z.array(z.string()),
  ordinal: z.boolean(),
  counts: z.record(z.enum(splitNames), z.array(count)),
  split: splitConfigSchema,
  /** What it was made with. */
  curation: curationSchema,
  /** Images that the choices left out. */
  leftOut: count,
  /** Null for a version that was made before they were looked for. */
  findings: versionFindingsSchema.nullable(),
  createdAt: at,
});
export type DatasetVersionWire = z.infer<typeof datasetVersionWireSchema>;

export const datasetStates = ['importing', 'ready', 'failed'] as const;
export const datasetWireSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  state: z.enum(datasetStates),
  /** What the newest import was asked to do; null where that was written by a version of Eyegazer with other words for it. */
  request: createDatasetSchema.nullable(),
  progress: importProgressSchema.nullable(),
  report: importReportSchema.nullable(),
  /** Of the newest import; null until one has ended well. */
  audit: datasetAuditSchema.nullable(),
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

/** POST /api/datasets/:id/versions/preview: what the version would hold. */
export const curationPreviewSchema = z.strictObject({
  classNames: z.array(z.string()),
  ordinal: z.boolean(),
  counts: z.record(z.enum(splitNames), z.array(count)),
  /** Images that would be left out, by why. */
  leftOut: z.strictObject({ duplicates: count, conflicts: count, labels: count }),
  findings: versionFindingsSchema,
  /** The version that has this content already. */
  version: z.int().min(1).nullable(),
});
export type CurationPreview = z.infer<typeof curationPreviewSchema>;

/** GET /api/datasets/:id/duplicates; at most 50 images of a group. */
export const duplicateGroupWireSchema = z.strictObject({
  ...duplicateGroupSchema.omit({ ids: true }).shape,
  imageCount: z.int().min(2),
  images: z.array(z.strictObject({ id: z.string(), /** As the source has it. */ label: z.string().nullable(), width: z.int(), height: z.int(), image: z.string() })),
});
export type DuplicateGroupWire = z.infer<typeof duplicateGroupWireSchema>;
