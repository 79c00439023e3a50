import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@eyegazer/core';

const firstWaitMs = 100;
const longestWaitMs = 3000;

/** Repeats `task` while it fails with UNAVAILABLE: the database restarts, the training need not. An aborted `signal` ends the waiting. */
export async function retryWhileUnavailable<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE' || signal?.aborted) throw error;
    }
    await sleep(waitMs);
  }
}
