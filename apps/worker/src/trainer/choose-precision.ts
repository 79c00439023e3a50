import { AppError, type ExperimentConfig, type Precision } from '@eyegazer/core';
import type { TrainerJob } from '../ipc/trainer-messages.js';

/**
 * The numbers of a run: those asked for, else float16 on a GPU that has it, and float32 elsewhere.
 * @throws AppError UNSUPPORTED for float16 on a device that does not train in it
 */
export function choosePrecision(asked: ExperimentConfig['training']['precision'], { device, halfPrecision }: Pick<TrainerJob, 'device' | 'halfPrecision'>): Precision {
  if (asked === 'auto') return halfPrecision ? 'fp16' : 'fp32';
  if (asked === 'fp16' && !halfPrecision) {
    const why = device === 'cpu' ? 'on a CPU' : `on ${device}, which failed the self-test in float16`;
    throw new AppError('UNSUPPORTED', `training.precision: expected "auto", "fp32", "int8" or "int4" ${why}, got "fp16". Or set resources.device to the kind of GPU that is meant.`, {
      path: 'training.precision',
    });
  }
  return asked;
}
