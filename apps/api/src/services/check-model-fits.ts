import { AppError, type ExperimentConfig } from '@eyegazer/core';
import type { ViTConfig } from '@eyegazer/formats';

/**
 * Checks image size and rank against the base model; that targets and layers exist, `loraTensorShapes` checks.
 * @throws AppError BAD_CONFIG, or UNSUPPORTED for an image size other than the model's own
 */
export function checkModelFits({ model, adapter }: Pick<ExperimentConfig, 'model' | 'adapter'>, config: ViTConfig): void {
  if (model.imageSize !== null && model.imageSize !== config.imageSize) {
    throw new AppError('UNSUPPORTED', `model.imageSize: expected ${config.imageSize}, the size this base model was trained at, got ${model.imageSize}. Leave it out.`, {
      path: 'model.imageSize',
    });
  }
  const widest = Math.min(config.hiddenSize, config.intermediateSize);
  if (adapter.r > widest) {
    throw new AppError('BAD_CONFIG', `adapter.r: expected a whole number from 1 to ${widest}, the width of this base model's layers, got ${adapter.r}.`, { path: 'adapter.r' });
  }
}
