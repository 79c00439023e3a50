import { findLoraModules, linearFeatures, type LoraConfig, type LoraModule, type ViTConfig } from '@eyegazer/formats';

/** A linear layer that LoRA adapts, numbered in the order of `findLoraModules`. */
export interface AdaptedModule extends LoraModule {
  index: number;
  inFeatures: number;
}

/** @throws AppError BAD_CONFIG for targets or layers this ViT does not have */
export function listAdaptedModules(config: ViTConfig, lora: LoraConfig): AdaptedModule[] {
  return findLoraModules(lora, config).map((module, index) => ({ ...module, index, inFeatures: linearFeatures(module.target, config).inFeatures }));
}
