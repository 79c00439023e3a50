import { AppError, type DeviceKind, type ExperimentConfig, type Precision } from '@eyegazer/core';

/**
 * The numbers of a run: those asked for, else float16 on a GPU and float32 on a CPU.
 * @throws AppError UNSUPPORTED for float16 on a CPU, which has no arithmetic of it
 */
export function choosePrecision(asked: ExperimentConfig['training']['precision'], device: DeviceKind): Precision {
  if (asked === 'auto') return device === 'cpu' ? 'fp32' : 'fp16';
  if (asked === 'fp16' && device === 'cpu') {
    throw new AppError('UNSUPPORTED', 'training.precision: expected "auto", "fp32", "int8" or "int4" on a CPU, got "fp16". Or set resources.device to the kind of GPU that is meant.', {
      path: 'training.precision',
    });
  }
  return asked;
}
