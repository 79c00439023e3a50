import type { BaseModel } from '@eyegazer/formats';
import { estimateStepBytes, type StepSpec } from '@eyegazer/model';

/** Node, tfjs, ONNX Runtime, the loader's threads and the images they keep. */
const processBytes = 512 * 1024 * 1024;

/**
 * Peak memory of a trainer by micro-batch: the step as traced, the evaluation's own weights, and the process around them.
 * It traces: nothing else may use tfjs in this thread meanwhile.
 */
export function createMemoryEstimate({ config, parameterCount }: BaseModel, spec: Omit<StepSpec, 'config' | 'batch'>): (microBatch: number) => number {
  const step = estimateStepBytes({ config, ...spec });
  const evaluationBytes = parameterCount * Float32Array.BYTES_PER_ELEMENT;
  const fixedBytes = processBytes + step.fixedBytes + evaluationBytes;
  return (microBatch) => Math.ceil(fixedBytes + microBatch * step.bytesPerSample);
}
