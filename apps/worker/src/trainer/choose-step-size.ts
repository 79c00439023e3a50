import { AppError, recomputeModes, type DeviceKind, type RecomputeMode } from '@eyegazer/core';

/** A CPU gains nothing beyond this, and its caches lose: `bench/step` has DeiT-tiny faster as 4 x 8 than as 32. */
const mostOnCpu = 8;
/** With so many samples at a time a device is busy: more of them are not worth computing anything twice. */
const enoughSamples: Readonly<Record<DeviceKind, number>> = { cpu: 2, webgpu: 8, cuda: 8 };
/** Share of the free memory that a step may take: the estimate is not exact, and the loader needs some. */
const usableShare = 0.9;

export interface StepSizeOptions {
  /** What the config asks for. */
  microBatch: 'auto' | number;
  recompute: 'auto' | RecomputeMode;
  effectiveBatch: number;
  device: DeviceKind;
  /** Of the device. */
  freeBytes: number;
  /** Peak memory of training at a micro-batch. Repeated layers hold weights of their own: for few samples `full` may take more than `selective`. */
  estimateBytes: (recompute: RecomputeMode, microBatch: number) => number;
}

export interface StepSize {
  microBatch: number;
  recompute: RecomputeMode;
}

/**
 * How many samples a forward and backward pass takes, and what it computes again: what is asked for; else the largest number
 * that memory holds, on a CPU up to 8, never more than the effective batch, and the least recomputation that leaves room for
 * enough of them.
 * @throws AppError OUT_OF_MEMORY saying how much is needed when not even one sample fits
 */
export function chooseStepSize(options: StepSizeOptions): StepSize {
  const { microBatch, recompute, effectiveBatch, device, freeBytes, estimateBytes } = options;
  const modes: readonly RecomputeMode[] = recompute === 'auto' ? recomputeModes : [recompute];
  const fits = (mode: RecomputeMode, m: number): boolean => estimateBytes(mode, m) <= usableShare * freeBytes;
  const findThriftiest = (m: number): RecomputeMode => modes.reduce((best, mode) => (estimateBytes(mode, m) < estimateBytes(best, m) ? mode : best));
  if (microBatch !== 'auto') {
    const asked = Math.min(microBatch, effectiveBatch);
    return { microBatch: asked, recompute: modes.find((mode) => fits(mode, asked)) ?? findThriftiest(asked) };
  }
  const most = device === 'cpu' ? Math.min(effectiveBatch, mostOnCpu) : effectiveBatch;
  let best: StepSize | null = null;
  for (const mode of modes) {
    const largest = findLargest(most, (m) => fits(mode, m));
    if (largest > (best?.microBatch ?? 0)) best = { microBatch: largest, recompute: mode };
    if (largest >= Math.min(most, enoughSamples[device])) break;
  }
  if (best) return best;
  const gib = (bytes: number): string => (bytes / 1024 ** 3).toFixed(2);
  const needed = estimateBytes(findThriftiest(1), 1) / usableShare;
  const advice = recompute === 'auto' || recompute === 'full' ? 'Free some, or use a smaller base model.' : 'Free some, set training.recompute: auto, or use a smaller base model.';
  throw new AppError('OUT_OF_MEMORY', `Expected at least ${gib(needed)} GiB of free memory to train on one image at a time, got ${gib(freeBytes)} GiB. ${advice}`, {
    details: { neededBytes: Math.ceil(needed), freeBytes },
  });
}

/** The largest whole number up to `most` that passes; 0 when none does. */
function findLargest(most: number, passes: (m: number) => boolean): number {
  for (let m = most; m >= 1; m--) if (passes(m)) return m;
  return 0;
}
