/** What an import process and the API tell each other. */
import { columnsSchema, curationSchema, datasetAuditSchema, errorRecordSchema, importProgressSchema, importReportSchema, modelFactsSchema, modelProgressSchema, modelSourceSchema, sha256Schema, splitConfigSchema, versionFindingsSchema, type ImportProgress, type ModelProgress } from '@eyegazer/core';
import type { ImportedDataset } from '@eyegazer/data';
import { hubSettingsSchema, s3AccessSchema, storeAddressSchema, type FinishedModelImport } from '@eyegazer/platform';
import { z } from 'zod';
import { importSourceSchema } from './import-source.js';

/** May hold a secret: a job is never logged. */
const store = storeAddressSchema;
const count = z.int().min(0);

/** To the import process, once: what to do. */
export const importJobSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('dataset'),
    store,
    source: importSourceSchema,
    columns: columnsSchema,
    curation: curationSchema,
    /** Folders that the list of a split may lie in. */
    roots: z.array(z.string()).nullable(),
    workFolder: z.string(),
  }),
  z.strictObject({
    kind: z.literal('fundus'),
    store,
    imageSize: z.int().min(16),
    /** Images of each grade. */
    classCounts: z.tuple([count, count, count, count, count]),
    split: splitConfigSchema.options[0],
  }),
  z.strictObject({
    kind: z.literal('model'),
    store,
    source: modelSourceSchema,
    /** Of this import alone: what it has downloaded stays there when it fails. */
    folder: z.string(),
    hub: hubSettingsSchema,
    buckets: s3AccessSchema,
  }),
]);
export type ImportJob = z.infer<typeof importJobSchema>;

/** From the import process: how far it is, and its end. */
export interface ImportKind<P, R> {
  message: z.ZodType<ImportMessage<P, R>>;
}
export type ImportMessage<P, R> = { kind: 'progress'; progress: P } | { kind: 'done'; result: R } | { kind: 'failed'; error: z.infer<typeof errorRecordSchema> };

function importKind<P, R>(progress: z.ZodType<P>, result: z.ZodType<R>): ImportKind<P, R> {
  return {
    message: z.union([
      z.strictObject({ kind: z.literal('progress'), progress }),
      z.strictObject({ kind: z.literal('done'), result }),
      z.strictObject({ kind: z.literal('failed'), error: errorRecordSchema }),
    ]),
  };
}

export const datasetImport: ImportKind<ImportProgress, ImportedDataset> = importKind(
  importProgressSchema,
  z.strictObject({
    images: z.strictObject({ imagesId: sha256Schema, auditId: sha256Schema, audit: datasetAuditSchema }),
    report: importReportSchema,
    version: z.strictObject({
      contentId: sha256Schema,
      classNames: z.array(z.string()),
      ordinal: z.boolean(),
      split: splitConfigSchema,
      curation: curationSchema,
      counts: importReportSchema.shape.counts,
      leftOut: z.strictObject({ duplicates: count, conflicts: count, labels: count }),
      findings: versionFindingsSchema,
    }),
  }),
);

export const modelImport: ImportKind<ModelProgress, FinishedModelImport> = importKind(
  modelProgressSchema,
  z.strictObject({ ...modelFactsSchema.shape, source: z.string(), files: z.array(z.strictObject({ name: z.string(), sha256: sha256Schema, byteLength: count })) }),
);
