import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, createErrorRecord, type Logger } from '@eyegazer/core';

const firstWaitMs = 100;
const longestWaitMs = 3000;

export interface RetryOptions {
  /** Aborted, it ends the waiting: the next failure is the last. */
  signal?: AbortSignal | undefined;
  /** Hears of the first failure. */
  log: Logger;
}

/** Repeats `task` while it fails with UNAVAILABLE: the database restarts, what was computed for hours need not. */
export async function retryWhileUnavailable<T>(task: () => Promise<T>, { signal, log }: RetryOptions): Promise<T> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE' || signal?.aborted) throw error;
      if (waitMs === firstWaitMs) log.warn({ error: createErrorRecord(error) }, 'Waiting for the database');
    }
    await sleep(waitMs, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}
