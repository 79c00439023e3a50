/** What an import process and the API tell each other. */
import { errorRecordSchema, importProgressSchema, importReportSchema, splitConfigSchema } from '@eyegazer/core';
import { storeAddressSchema } from '@eyegazer/platform';
import { z } from 'zod';

/** May hold a secret: a job is never logged. */
const store = storeAddressSchema;
const count = z.int().min(0);

/** To the import process, once: what to do. */
export const importJobSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('aptos'), store, folder: z.string(), split: splitConfigSchema, dataRoots: z.array(z.string()).nullable() }),
  z.strictObject({
    kind: z.literal('fundus'),
    store,
    imageSize: z.int().min(16),
    /** Images of each grade. */
    classCounts: z.tuple([count, count, count, count, count]),
    split: splitConfigSchema.options[0],
  }),
]);
export type ImportJob = z.infer<typeof importJobSchema>;

/** From the import process. */
export const importMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('progress'), progress: importProgressSchema }),
  z.strictObject({
    kind: z.literal('done'),
    result: z.strictObject({ contentId: z.string(), classNames: z.array(z.string()), split: splitConfigSchema, report: importReportSchema }),
  }),
  z.strictObject({ kind: z.literal('failed'), error: errorRecordSchema }),
]);
export type ImportMessage = z.infer<typeof importMessageSchema>;
