import { z } from 'zod';
import { experimentEventSchema } from '../events/experiment-event.js';

/** GET /api/experiments/:id/events?after&limit&types: events in order; `lastSeq` is the newest that the log holds, of whatever type. */
export const eventsAnswerSchema = z.strictObject({ items: z.array(experimentEventSchema), lastSeq: z.int().min(0) });
export type EventsAnswer = z.infer<typeof eventsAnswerSchema>;
