import { AppError, type DeviceKind } from '@eyegazer/core';

/** A CPU gains nothing beyond this, and its caches lose: `bench/step` has DeiT-tiny faster as 4 x 8 than as 32. */
const mostOnCpu = 8;
/** Share of the free memory that a step may take: the estimate is not exact, and the loader needs some. */
const usableShare = 0.9;

export interface MicroBatchOptions {
  /** What the config asks for. */
  microBatch: 'auto' | number;
  effectiveBatch: number;
  /** 'cpu' when left out. */
  device?: DeviceKind;
  /** Of the device. */
  freeBytes: number;
  /** Peak memory of training at a micro-batch; does not fall as it grows. */
  estimateBytes: (microBatch: number) => number;
}

/**
 * The number of samples per forward and backward pass: the one asked for, or the largest that memory holds, on a CPU
 * up to 8. Never more than the effective batch.
 * @throws AppError OUT_OF_MEMORY saying how much is needed when not even one sample fits
 */
export function chooseMicroBatch({ microBatch, effectiveBatch, device = 'cpu', freeBytes, estimateBytes }: MicroBatchOptions): number {
  if (microBatch !== 'auto') return Math.min(microBatch, effectiveBatch);
  const most = device === 'cpu' ? Math.min(effectiveBatch, mostOnCpu) : effectiveBatch;
  for (let m = most; m >= 1; m--) if (estimateBytes(m) <= usableShare * freeBytes) return m;
  const gib = (bytes: number): string => (bytes / 1024 ** 3).toFixed(2);
  throw new AppError(
    'OUT_OF_MEMORY',
    `Expected at least ${gib(estimateBytes(1) / usableShare)} GiB of free memory to train on one image at a time, got ${gib(freeBytes)} GiB. Free some, or use a smaller base model.`,
    { details: { neededBytes: Math.ceil(estimateBytes(1) / usableShare), freeBytes } },
  );
}
