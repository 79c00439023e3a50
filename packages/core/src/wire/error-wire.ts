import { z } from 'zod';
import { errorRecordSchema } from '../errors/error-record.js';

/** Body of every HTTP error. */
export const errorAnswerSchema = z.strictObject({ error: errorRecordSchema.extend({ requestId: z.string() }) });
export type ErrorAnswer = z.infer<typeof errorAnswerSchema>;
