import { loraTargetModules, type LoraAdapterConfig } from '@eyegazer/core';

/** A LoRA adapter of a ViT, in PEFT's words. The head (`modules_to_save: [classifier]`) is always trained with it. */
export interface LoraConfig {
  /** Rank: rows of A, columns of B. */
  readonly r: number;
  readonly loraAlpha: number;
  readonly loraDropout: number;
  /**
   * Entries of PEFT's `target_modules`, classic names. By PEFT's rule an entry means every module that is called so or
   * ends with `.` and the entry: `output.dense` means `attention.output.dense` too.
   */
  readonly targetModules: readonly string[];
  /** Scaling loraAlpha / sqrt(r) instead of loraAlpha / r. */
  readonly useRslora: boolean;
  /** Layers that are adapted; null means all. */
  readonly layersToTransform: readonly number[] | null;
}

/** The adapter that a config asks for; `all-linear` becomes the names of every linear module of a layer. */
export function createLoraConfig({ r, alpha, dropout, targetModules, useRslora, layersToTransform }: LoraAdapterConfig): LoraConfig {
  const targets = targetModules === 'all-linear' ? loraTargetModules : targetModules;
  return { r, loraAlpha: alpha, loraDropout: dropout, targetModules: targets, useRslora, layersToTransform };
}

/** What B A is multiplied with. Source: peft tuners/lora/layer.py, https://arxiv.org/abs/2312.03732 for rsLoRA. */
export function loraScaling({ r, loraAlpha, useRslora }: Pick<LoraConfig, 'r' | 'loraAlpha' | 'useRslora'>): number {
  return useRslora ? loraAlpha / Math.sqrt(r) : loraAlpha / r;
}
