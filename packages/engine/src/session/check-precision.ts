import { AppError, deviceKindOf } from '@eyegazer/core';
import type { SessionOptions } from './train-session.js';

/**
 * Refuses a precision that the engine, the device or the adaptation has no use for.
 * @throws AppError UNSUPPORTED naming what to choose instead
 */
export function checkPrecision({ precision = 'fp32', engine, device = 'cpu', adaptation }: SessionOptions): void {
  if (precision === 'fp32') return;
  const refuse = (reason: string, choice: string): never => {
    throw new AppError('UNSUPPORTED', `training.precision: ${reason}, got ${precision}. ${choice}`, { path: 'training.precision' });
  };
  if (engine === 'eager') refuse('the eager engine computes in fp32', 'Choose fp32, or the traced engine.');
  if (precision === 'fp16') {
    if (deviceKindOf(device) === 'cpu') refuse('float16 is for GPUs, a CPU computes it by way of float32', 'Choose int8 to be faster on a CPU, or fp32.');
  } else if (adaptation.method === 'full') {
    refuse('full fine-tuning leaves no frozen weights to quantise', 'Choose fp32, fp16 on a GPU, or LoRA.');
  }
}
