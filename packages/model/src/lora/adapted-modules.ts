import { findLoraModules, linearFeatures, type LoraModule, type ViTConfig } from '@eyegazer/formats';
import type { Adaptation } from '../adaptation/adaptation.js';

/** A linear layer that LoRA adapts, numbered in the order of `findLoraModules`. */
export interface AdaptedModule extends LoraModule {
  index: number;
  inFeatures: number;
}

/** @throws AppError BAD_CONFIG for targets or layers this ViT does not have */
export function listAdaptedModules(config: ViTConfig, adaptation: Adaptation): AdaptedModule[] {
  if (adaptation.method !== 'lora') return [];
  return findLoraModules(adaptation, config).map((module, index) => ({ ...module, index, inFeatures: linearFeatures(module.target, config).inFeatures }));
}
