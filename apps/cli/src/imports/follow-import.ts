import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@eyegazer/core';

const pollMs = 400;

/**
 * Asks again and again until an import has ended, through a server that is away for a while.
 * @throws the signal's reason once it aborts
 */
export async function followImport<T extends { state: string }>(read: (signal: AbortSignal) => Promise<T>, { signal, onProgress }: { signal: AbortSignal; onProgress: (state: T) => void }): Promise<T> {
  for (;;) {
    try {
      const found = await read(signal);
      if (found.state !== 'importing') return found;
      onProgress(found);
    } catch (error) {
      if (!(error instanceof AppError) || !error.retryable) throw error;
    }
    await sleep(pollMs, undefined, { signal });
  }
}
