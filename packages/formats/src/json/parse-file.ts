import { AppError, parseWith, type ErrorCode } from '@eyegazer/core';
import type { z } from 'zod';

/**
 * Parses what came from a JSON file; the file is named in the message, the place within it in `path`.
 * @throws AppError with the code given, e.g. `config.json: hidden_size: expected a number >= 1, got 0`
 */
export function parseFile<S extends z.ZodType>(schema: S, value: unknown, { file, code }: { file: string; code: ErrorCode }): z.infer<S> {
  try {
    return parseWith(schema, value, { code, what: 'the file' });
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    const { path, details } = cause;
    throw new AppError(code, `${file}: ${cause.message}`, { ...(path === undefined ? {} : { path }), details: { ...details, file }, cause });
  }
}
