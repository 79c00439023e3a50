import type { AdapterMethod } from '../config/adapter-config.js';

/**
 * The learning rates that a ViT usually starts from at an effective batch of 64: LoRA's; a fresh head on frozen features
 * bears ten times as much; every weight together, which have learned something already, only a tenth of it.
 */
export const referenceLearningRates: Readonly<Record<AdapterMethod, number>> = { lora: 5e-4, head: 5e-3, full: 5e-5 };
const referenceEffectiveBatch = 64;

/** The reference learning rate scaled by the square root of the effective batch, as suits Adam. */
export function sqrtScaledLearningRate(effectiveBatch: number, method: AdapterMethod): number {
  return referenceLearningRates[method] * Math.sqrt(effectiveBatch / referenceEffectiveBatch);
}
