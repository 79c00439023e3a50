import { z } from 'zod';
import { selectionMetrics } from '../config/experiment-config.js';
import { duplicateKinds } from '../dataset/dataset-audit.js';
import { exportLayouts } from '../dataset/export-layouts.js';
import { splitNames } from '../dataset/dataset-split.js';
import { eventTypes } from '../events/experiment-event.js';
import { experimentStates } from '../states/experiment-state.js';
import { pageQuerySchema } from './list-wire.js';

/** Up to what the database's integers hold. */
const count = z.coerce.number().int().min(0).max(2 ** 31 - 1);

const version = z.coerce.number().int().min(1).max(2 ** 31 - 1).optional();

/** GET /api/datasets/:id/samples */
export const sampleQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  version: version.describe('The newest unless told.'),
  split: z.enum(splitNames).optional(),
  label: count.optional(),
});
export type SampleQuery = z.infer<typeof sampleQuerySchema>;

/** GET /api/datasets/:id/duplicates */
export const duplicateQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  kind: z.enum(duplicateKinds).optional(),
  conflicting: z.enum(['true', 'false']).optional().describe('`true`: only groups whose images have different labels.'),
});
export type DuplicateQuery = z.infer<typeof duplicateQuerySchema>;

/** GET /api/datasets/:id/versions/:version/export */
export const exportQuerySchema = z.strictObject({ layout: z.enum(exportLayouts).default('parquet') });

/** GET /api/datasets/:id/samples/:sampleId/image */
export const sampleImageQuerySchema = z.strictObject({
  size: z.coerce.number().int().min(16).max(1024).default(128).describe('The longer edge in pixels.'),
  version: version.describe('Unless told, any image of the newest import, whether a version has it or not.'),
});

/** GET /api/experiments */
export const experimentQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(experimentStates)))
    .optional()
    .describe(`One state, or several joined by commas: ${experimentStates.join(', ')}.`),
  dataset: z.string().min(1).optional().describe("A dataset's name, with or without its version."),
  model: z.string().min(1).optional(),
  task: z.enum(['multiclass', 'binary', 'regression']).optional(),
  tag: z.string().min(1).optional(),
  text: z.string().min(1).optional().describe('Part of a name, in any case.'),
  sort: z.enum(['newest', ...selectionMetrics]).default('newest').describe('By time of submission, or by a metric of the best evaluation, best first.'),
  deleted: z.enum(['true', 'false']).default('false').describe('`true` lists the bin instead.'),
});
export type ExperimentQuery = z.infer<typeof experimentQuerySchema>;

/** POST /api/experiments */
export const submitQuerySchema = z.strictObject({ dryRun: z.enum(['true', 'false']).default('false').describe('`true` stores nothing.') });

/** GET /api/experiments/:id/metrics */
export const seriesQuerySchema = z.strictObject({
  names: z
    .string()
    .min(1)
    .transform((text) => text.split(','))
    .optional()
    .describe('Series, joined by commas; all of them unless told.'),
  from: count.optional().describe('The first update.'),
  to: count.optional().describe('The last update.'),
  maxPoints: z.coerce.number().int().min(1).max(10_000).default(1000).describe('Buckets per series at most.'),
});
export type SeriesQuery = z.infer<typeof seriesQuerySchema>;

/** GET /api/experiments/:id/events */
export const eventsQuerySchema = z.strictObject({
  after: count.default(0).describe('Only events with a higher sequence number.'),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
  types: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(eventTypes)))
    .optional()
    .describe(`Only events of these types, joined by commas: ${eventTypes.join(', ')}.`),
});
export type EventsQuery = z.infer<typeof eventsQuerySchema>;
