import type { LoraTargetModule } from '@eyegazer/core';

/** A LoRA adapter's shape, in PEFT's words (Hu et al. 2021, arXiv:2106.09685). */
export interface LoraSpec {
  r: number;
  loraAlpha: number;
  /** Probability that an element of a LoRA module's input is dropped while training. */
  loraDropout: number;
  targetModules: readonly LoraTargetModule[];
  /** Scale alpha / sqrt(r) in place of alpha / r (Kalajdzievski 2023, arXiv:2312.03732). */
  useRslora: boolean;
  /** Zero-based layers that are adapted; null means all. */
  layersToTransform: readonly number[] | null;
}

/** The factor of a LoRA product. */
export function loraScale({ r, loraAlpha, useRslora }: Pick<LoraSpec, 'r' | 'loraAlpha' | 'useRslora'>): number {
  return loraAlpha / (useRslora ? Math.sqrt(r) : r);
}
