import type { RecomputeMode } from '@eyegazer/core';
import type { BaseModel } from '@eyegazer/formats';
import { estimateStepBytes, trainableShapes, type StepSpec } from '@eyegazer/model';

/** Node, tfjs, ONNX Runtime, the loader's threads and the images they keep. */
const processBytes = 512 * 1024 * 1024;
/** Arrays the size of what trains, beside the step's own: two moments, the sum of a window's gradients, the values, the best of them. */
const trainableCopies = 5;

export interface MemoryEstimateOptions extends Omit<StepSpec, 'config' | 'batch' | 'recompute'> {
  /** Whether a moving average of what trains is kept too. */
  ema: boolean;
}

/**
 * Peak memory of a trainer by what it computes again and by micro-batch: the step as traced, the evaluation's own weights, what
 * the optimizer keeps, and the process around them. It traces when a mode is asked for first: nothing else may use tfjs in this
 * thread meanwhile.
 */
export function createMemoryEstimate({ config, parameterCount }: BaseModel, { ema, ...spec }: MemoryEstimateOptions): (recompute: RecomputeMode, microBatch: number) => number {
  const steps = new Map<RecomputeMode, (microBatch: number) => number>();
  const trainable = [...trainableShapes({ config, ...spec }).values()].reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0);
  const floats = parameterCount + trainable * (trainableCopies + (ema ? 1 : 0));
  const fixedBytes = processBytes + floats * Float32Array.BYTES_PER_ELEMENT;
  return (recompute, microBatch) => {
    const step = steps.get(recompute) ?? estimateStepBytes({ config, ...spec, recompute });
    steps.set(recompute, step);
    return Math.ceil(fixedBytes + step(microBatch));
  };
}
