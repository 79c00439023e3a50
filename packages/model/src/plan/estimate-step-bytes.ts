import type { StepSpec } from '../vit/step-inputs.js';
import { traceTrainStep } from '../vit/trace-vit.js';
import { planMemory } from './plan-memory.js';

/** Memory of a training step of m samples: fixedBytes + m * bytesPerSample. */
export interface StepBytes {
  fixedBytes: number;
  bytesPerSample: number;
}

/**
 * Estimates a step's memory from two traced sizes; with static shapes it is linear in the micro-batch.
 * It traces, so nothing else may use tfjs meanwhile in the same thread.
 */
export function estimateStepBytes(spec: Omit<StepSpec, 'batch'>): StepBytes {
  const [small, large] = [2, 4];
  const total = (batch: number): number => {
    const { weightBytes, inputBytes, peakBytes } = planMemory(traceTrainStep({ ...spec, batch }));
    return weightBytes + inputBytes + peakBytes;
  };
  const smallBytes = total(small);
  const bytesPerSample = (total(large) - smallBytes) / (large - small);
  return { fixedBytes: smallBytes - small * bytesPerSample, bytesPerSample };
}
