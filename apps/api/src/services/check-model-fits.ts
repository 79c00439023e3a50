import { AppError, type ExperimentConfig } from '@eyegazer/core';
import { createLoraConfig, loraTensorShapes, type ViTConfig } from '@eyegazer/formats';

/**
 * Checks image size, layers, targets and rank against the base model.
 * @throws AppError BAD_CONFIG at the setting that does not fit
 */
export function checkModelFits({ model, adapter }: Pick<ExperimentConfig, 'model' | 'adapter'>, config: ViTConfig): void {
  const { imageSize } = model;
  if (imageSize !== null && imageSize % config.patchSize !== 0) {
    const below = Math.max(config.patchSize, Math.floor(imageSize / config.patchSize) * config.patchSize);
    throw badConfig('model.imageSize', `expected a multiple of ${config.patchSize}, the patch size of this base model, got ${imageSize}. Set ${below}, or leave it out`);
  }
  if (adapter.method === 'lora') loraTensorShapes(config, createLoraConfig(adapter), 1); // throws where targets, layers or rank do not fit
}

function badConfig(path: string, message: string): AppError {
  return new AppError('BAD_CONFIG', `${path}: ${message}.`, { path });
}
