import type { DeviceKind, ExperimentConfig, Precision } from '@eyegazer/core';

/** The numbers of a run: those asked for, else float16 on a GPU and float32 on a CPU. What a device lacks, its session refuses. */
export function choosePrecision(asked: ExperimentConfig['training']['precision'], device: DeviceKind): Precision {
  if (asked !== 'auto') return asked;
  return device === 'cpu' ? 'fp32' : 'fp16';
}
