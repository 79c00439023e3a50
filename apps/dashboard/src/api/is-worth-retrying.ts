import { AppError } from '@eyegazer/core';

/** What asking once more can mend: a server that is starting or out of reach. */
export function isWorthRetrying(error: unknown): boolean {
  return error instanceof AppError && error.retryable;
}
