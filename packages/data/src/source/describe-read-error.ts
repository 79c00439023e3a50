import { AppError } from '@eyegazer/core';

/** What the file system says, with the name that a person knows the file by. */
export function describeReadError(name: string, error: unknown): AppError {
  const errno = errnoOf(error);
  if (errno === 'ENOENT') return new AppError('NOT_FOUND', `Expected a file ${name}, found none.`, { cause: error });
  return new AppError('BAD_FILE', `${name} cannot be read (${errno}).`, { cause: error });
}

/** `ENOENT` and the like. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
