import { countRegisterTokens, type ViTConfig } from './vit-config.js';

/**
 * Every tensor of a ViT without head and pooler: own name (see vit-families.ts) -> shape as Hugging Face stores it.
 * Shape: linear weights [out, in], the patch projection [hiddenSize, 3, patchSize, patchSize].
 */
export function vitTensorShapes(config: ViTConfig): Map<string, number[]> {
  const { hiddenSize: H, intermediateSize: M, patchSize, qkvBias } = config;
  const numRegisters = countRegisterTokens(config);
  const numPositions = (config.imageSize / patchSize) ** 2 + config.numPrefixTokens - numRegisters;
  const shapes = new Map<string, number[]>([
    ['embeddings.cls_token', [1, 1, H]],
    ['embeddings.position_embeddings', [1, numPositions, H]],
    ['embeddings.patch_embeddings.projection.weight', [H, config.numChannels, patchSize, patchSize]],
    ['embeddings.patch_embeddings.projection.bias', [H]],
  ]);
  if (config.modelType === 'deit') shapes.set('embeddings.distillation_token', [1, 1, H]);
  if (numRegisters > 0) shapes.set('embeddings.register_tokens', [1, numRegisters, H]);
  const addNorm = (name: string): void => {
    shapes.set(`${name}.weight`, [H]).set(`${name}.bias`, [H]);
  };
  const addLinear = (name: string, out: number, inputs: number, bias = true): void => {
    shapes.set(`${name}.weight`, [out, inputs]);
    if (bias) shapes.set(`${name}.bias`, [out]);
  };
  for (let i = 0; i < config.numHiddenLayers; i++) {
    const layer = `encoder.layer.${i}`;
    addNorm(`${layer}.layernorm_before`);
    for (const part of ['query', 'key', 'value']) addLinear(`${layer}.attention.attention.${part}`, H, H, qkvBias);
    addLinear(`${layer}.attention.output.dense`, H, H);
    addNorm(`${layer}.layernorm_after`);
    addLinear(`${layer}.intermediate.dense`, M, H);
    addLinear(`${layer}.output.dense`, H, M);
    if (config.hasLayerScale) for (const scale of ['layer_scale1', 'layer_scale2']) shapes.set(`${layer}.${scale}.lambda1`, [H]);
  }
  addNorm('layernorm');
  return shapes;
}
