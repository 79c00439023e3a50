import { z } from 'zod';
import { cleanTexts, shortenText } from '../parse/clean-text.js';
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

const shorten = (text: string): string => shortenText(text, mostLetters);

/** Turns anything thrown into a record that can be stored; what is not an AppError becomes INTERNAL with its own message. */
export function createErrorRecord(error: unknown): ErrorRecord {
  if (error instanceof AppError) {
    return {
      code: error.code,
      message: shorten(error.message),
      ...(error.path === undefined ? {} : { path: shorten(error.path) }),
      ...(error.details === undefined ? {} : { details: cleanTexts(error.details) as NonNullable<ErrorRecord['details']> }),
    };
  }
  return { code: 'INTERNAL', message: shorten(error instanceof Error ? error.message : String(error)) };
}
