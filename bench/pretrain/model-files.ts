import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandomKey, randomNormal } from '@eyegazer/core';
import { createPatchFilters } from './patch-filters.js';
import { vitTensorShapes, writePreprocessorConfig, writeSafetensors, writeViTConfig, type FloatTensor, type ViTConfig } from '@eyegazer/formats';

const nanoConfig: Omit<ViTConfig, 'imageSize'> = {
  architectures: ['ViTModel'],
  hiddenSize: 128,
  numHiddenLayers: 5,
  numAttentionHeads: 4,
  intermediateSize: 512,
  patchSize: 8,
  numChannels: 3,
  layerNormEps: 1e-6,
  qkvBias: true,
  hiddenAct: 'gelu',
  initializerRange: 0.02,
  modelType: 'vit',
  numPrefixTokens: 1,
  hasLayerScale: false,
  headInput: 'classToken',
};

/** What every channel is shifted and divided by. */
export const pixelMean = 0.5;

/** Writes a model for images of a size as a Hugging Face folder; names of tensors are those of `vitTensorShapes`. */
export async function writeModel(folder: string, imageSize: number, tensorOf: (name: string, shape: readonly number[]) => Float32Array): Promise<void> {
  const config = { ...nanoConfig, imageSize };
  const tensors = new Map<string, FloatTensor>();
  for (const [name, shape] of vitTensorShapes(config)) tensors.set(`vit.${name}`, { shape, data: tensorOf(name, shape) });
  const rgb = [pixelMean, pixelMean, pixelMean] as const;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.safetensors'), writeSafetensors(tensors));
  await writeFile(join(folder, 'config.json'), writeViTConfig(config));
  await writeFile(
    join(folder, 'preprocessor_config.json'),
    writePreprocessorConfig({
      size: { height: imageSize, width: imageSize }, centerCropFrom: null, resample: 'bilinear',
      doRescale: true, rescaleFactor: 1 / 255, doNormalize: true, imageMean: rgb, imageStd: rgb,
    }),
  );
}

/** Random weights but for the patch projection; biases 0, norms 1. What adds to the residual stream starts small. */
export function freshTensor(seed: number): (name: string, shape: readonly number[]) => Float32Array {
  return (name, shape) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (name.endsWith('bias')) return data;
    if (name.includes('layernorm')) return data.fill(1);
    if (name.endsWith('projection.weight')) return createPatchFilters(nanoConfig);
    const key = createRandomKey(seed, 'fresh-vit', name);
    const deviation = name.startsWith('embeddings') ? 0.2 : 1 / Math.sqrt(shape[1] ?? 1) / (name.endsWith('output.dense.weight') ? 2 : 1);
    return data.map((_, i) => deviation * randomNormal(key, i));
  };
}
