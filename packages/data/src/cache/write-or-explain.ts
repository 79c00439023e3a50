import { AppError } from '@eyegazer/core';

/**
 * Does something to the cache's files.
 * @throws AppError UNAVAILABLE with what the system said: a run goes on without the cache
 */
export function writeOrExplain<T>(folder: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'no space is left' : (error as Error).message;
    throw new AppError('UNAVAILABLE', `Prepared images cannot be kept in ${folder}: ${reason}.`, { cause: error });
  }
}
