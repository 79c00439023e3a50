import { z } from 'zod';
import { splitNames } from './dataset-split.js';

const count = z.int().min(0);

/** One thing an import found and skipped, by name. */
export const importProblemSchema = z.strictObject({
  kind: z.enum(['broken-image', 'missing-image', 'unlabelled-image', 'bad-label', 'bad-split', 'duplicate-id', 'unsafe-path', 'unknown-column', 'ignored-file', 'empty-class']),
  name: z.string(),
  message: z.string(),
});
export type ImportProblem = z.infer<typeof importProblemSchema>;

/** What an import read; problems beyond the first 200 are only counted. */
export const importReportSchema = z.strictObject({
  layout: z.string(),
  sampleCount: count,
  byteLength: count,
  /** `counts[split][classId]`; the predict split has one number, the images without label. */
  counts: z.record(z.enum(splitNames), z.array(count)),
  problemCount: count,
  problems: z.array(importProblemSchema),
});
export type ImportReport = z.infer<typeof importReportSchema>;

export const importPhases = ['scanning', 'reading', 'auditing', 'splitting', 'storing'] as const;
export const importProgressSchema = z.strictObject({ phase: z.enum(importPhases), done: count, total: count.nullable() });
export type ImportProgress = z.infer<typeof importProgressSchema>;
