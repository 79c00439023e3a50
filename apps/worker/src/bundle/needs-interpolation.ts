import type { BundleFacts } from './bundle-facts.js';

/**
 * Whether the reader has to ask Transformers to fit the position embeddings to the images. A model in the bundle has them at
 * the size it was trained at; DINOv2 fits them unasked.
 */
export function needsInterpolation({ config, baseModel }: BundleFacts): boolean {
  const { modelType, imageSize } = baseModel.config;
  return config.adapter.method === 'lora' && imageSize !== baseModel.pretrainedImageSize && (modelType === 'vit' || modelType === 'deit');
}
