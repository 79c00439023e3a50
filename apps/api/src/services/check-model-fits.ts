import { AppError, type AdapterConfig, type ExperimentConfig } from '@eyegazer/core';
import { createLoraConfig, findLoraModules, linearFeatures, type ViTConfig } from '@eyegazer/formats';

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
  if (adapter.method === 'lora') checkRank(adapter, config);
}

function checkRank(adapter: Extract<AdapterConfig, { method: 'lora' }>, config: ViTConfig): void {
  const widths = findLoraModules(createLoraConfig(adapter), config).map(({ target }) => {
    const { inFeatures, outFeatures } = linearFeatures(target, config);
    return Math.min(inFeatures, outFeatures);
  });
  const widest = Math.min(...widths);
  if (adapter.r > widest) {
    throw badConfig('adapter.r', `expected a whole number from 1 to ${widest}, the width of this base model's layers, got ${adapter.r}`);
  }
}

function badConfig(path: string, message: string): AppError {
  return new AppError('BAD_CONFIG', `${path}: ${message}.`, { path });
}
