import { AppError } from '@eyegazer/core';

/** @throws AppError CANCELLED once the signal has fired */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('CANCELLED', 'The work was cancelled.');
}
