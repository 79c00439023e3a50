import { z } from 'zod';
import { selectionMetrics } from '../config/experiment-config.js';
import { splitNames } from '../dataset/dataset-manifest.js';
import { eventTypes } from '../events/experiment-event.js';
import { experimentStates } from '../states/experiment-state.js';
import { pageQuerySchema } from './list-wire.js';

/** Up to what the database's integers hold. */
const count = z.coerce.number().int().min(0).max(2 ** 31 - 1);

/** GET /api/datasets/:id/samples */
export const sampleQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  split: z.enum(splitNames).optional(),
  label: count.optional(),
});
export type SampleQuery = z.infer<typeof sampleQuerySchema>;

/** GET /api/datasets/:id/samples/:sampleId/image; `size` is the longer edge in pixels. */
export const sampleImageQuerySchema = z.strictObject({ size: z.coerce.number().int().min(16).max(1024).default(128) });

/** GET /api/experiments */
export const experimentQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  /** One state, or several joined by commas. */
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(experimentStates)))
    .optional(),
  /** A dataset's name, with or without its version. */
  dataset: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  task: z.enum(['multiclass', 'binary', 'regression']).optional(),
  tag: z.string().min(1).optional(),
  /** Part of a name, in any case. */
  text: z.string().min(1).optional(),
  /** By time of submission, or by a metric of the best evaluation, best first. */
  sort: z.enum(['newest', ...selectionMetrics]).default('newest'),
  deleted: z.enum(['true', 'false']).default('false').describe('`true` lists the bin instead.'),
});
export type ExperimentQuery = z.infer<typeof experimentQuerySchema>;

/** POST /api/experiments */
export const submitQuerySchema = z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') });

/** GET /api/experiments/:id/metrics; `from` and `to` are updates, `names` a comma-separated list of series. */
export const seriesQuerySchema = z.strictObject({
  names: z
    .string()
    .min(1)
    .transform((text) => text.split(','))
    .optional(),
  from: count.optional(),
  to: count.optional(),
  maxPoints: z.coerce.number().int().min(1).max(10_000).default(1000),
});
export type SeriesQuery = z.infer<typeof seriesQuerySchema>;

/** GET /api/experiments/:id/events; events with a sequence number above `after`. */
export const eventsQuerySchema = z.strictObject({
  after: count.default(0),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
  /** Only events of these types, joined by commas. */
  types: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(eventTypes)))
    .optional(),
});
export type EventsQuery = z.infer<typeof eventsQuerySchema>;
