import { z } from 'zod';
import { AppError } from './app-error.js';
import { errorCodes, type ErrorCode } from './error-codes.js';

const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]];

/** An error as it is stored, sent over IPC and answered over HTTP: no stack, no cause. */
export const errorRecordSchema = z.strictObject({
  code: z.enum(codes),
  message: z.string(),
  path: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});

export type ErrorRecord = z.infer<typeof errorRecordSchema>;

/** Characters of a message. A file that is wrong may have names of megabytes. */
const mostLetters = 8000;

/** What is too long loses its middle: what is wrong comes first, what to do last. */
function shorten(text: string): string {
  if (text.length <= mostLetters) return text;
  const half = mostLetters / 2;
  return `${text.slice(0, half)} ... ${text.slice(-half)}`;
}

/** Turns anything thrown into a record; what is not an AppError becomes INTERNAL with its own message. */
export function createErrorRecord(error: unknown): ErrorRecord {
  if (error instanceof AppError) {
    return {
      code: error.code,
      message: shorten(error.message),
      ...(error.path === undefined ? {} : { path: shorten(error.path) }),
      ...(error.details === undefined ? {} : { details: error.details }),
    };
  }
  return { code: 'INTERNAL', message: shorten(error instanceof Error ? error.message : String(error)) };
}
