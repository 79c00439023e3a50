import { AppError } from '@eyegazer/core';

/** For a `catch`: says which disk is full, where one is. */
export function describeDiskError(folder: string): (error: unknown) => never {
  return (error) => {
    const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
    throw new AppError('UNAVAILABLE', `There is no space left in ${folder} for an artifact on its way (${code}). Free some, or move EYEGAZER_HOME to a larger disk.`, { cause: error });
  };
}
