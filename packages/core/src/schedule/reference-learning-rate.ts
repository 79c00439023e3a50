/** The learning rate that LoRA on ViT starts from, and the effective batch it belongs to. */
export const referenceLearningRate = 5e-4;
export const referenceEffectiveBatch = 64;

/** The reference learning rate scaled by the square root of the effective batch, as suits Adam. */
export function sqrtScaledLearningRate(effectiveBatch: number): number {
  return referenceLearningRate * Math.sqrt(effectiveBatch / referenceEffectiveBatch);
}
