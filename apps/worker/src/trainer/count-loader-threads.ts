import { deviceKindOf } from '@eyegazer/core';
import type { TrainerJob } from '../ipc/trainer-messages.js';

/** More would wait for the step. */
const mostForGpu = 4;

/** Threads that load images during a run: a step on the CPU needs the cores itself, one on a GPU hardly any. */
export function countLoaderThreads({ device, threads }: Pick<TrainerJob, 'device' | 'threads'>): number {
  return deviceKindOf(device) === 'cpu' ? 1 : Math.max(1, Math.min(mostForGpu, threads - 1));
}
