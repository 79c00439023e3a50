import { AppError } from '@eyegazer/core';

/** True when the server wants to see a token first. */
export function isUnauthorized(error: unknown): boolean {
  return error instanceof AppError && error.code === 'UNAUTHORIZED';
}
