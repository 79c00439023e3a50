import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandomKey, randomNormal } from '@eyegazer/core';
import { createPatchFilters } from './patch-filters.js';
import { vitTensorShapes, writePreprocessorConfig, writeSafetensors, writeViTConfig, type FloatTensor, type ViTConfig } from '@eyegazer/formats';

const config: ViTConfig = {
  architectures: ['ViTModel'],
  hiddenSize: 64,
  numHiddenLayers: 4,
  numAttentionHeads: 4,
  intermediateSize: 256,
  imageSize: 96,
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

/**
 * Writes a small ViT as a Hugging Face folder: the same seed gives the same bytes. It has learned nothing: its patches
 * pass through a fixed bank of filters, every other weight is random. What a run on it learns, adapter and head have learned.
 */
export async function writeNanoViT(folder: string, options: { seed: number }): Promise<void> {
  const tensors = new Map<string, FloatTensor>();
  for (const [name, shape] of vitTensorShapes(config)) tensors.set(`vit.${name}`, { shape, data: drawTensor(name, { shape, seed: options.seed }) });
  const rgb = [0.5, 0.5, 0.5] as const;
  const { imageSize } = config;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.safetensors'), writeSafetensors(tensors));
  await writeFile(join(folder, 'config.json'), writeViTConfig(config));
  await writeFile(
    join(folder, 'preprocessor_config.json'),
    writePreprocessorConfig({
      size: { height: imageSize, width: imageSize },
      centerCropFrom: null,
      resample: 'bilinear',
      doRescale: true,
      rescaleFactor: 1 / 255,
      doNormalize: true,
      imageMean: rgb,
      imageStd: rgb,
    }),
  );
}

function drawTensor(name: string, { shape, seed }: { shape: readonly number[]; seed: number }): Float32Array {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  if (name.endsWith('bias')) return data;
  if (name.includes('layernorm')) return data.fill(1);
  if (name.endsWith('projection.weight')) return createPatchFilters(config);
  const key = createRandomKey(seed, 'nano-vit', name);
  const deviation = deviationOf(name, shape);
  return data.map((_, i) => deviation * randomNormal(key, i));
}

/** The standard deviation of a tensor's weights, by what it is for. */
function deviationOf(name: string, shape: readonly number[]): number {
  // What tells images apart must not drown in where a patch lies.
  if (name.startsWith('embeddings')) return 0.02;
  // Keeps the size of what passes through.
  const fan = 1 / Math.sqrt(shape[1] ?? 1);
  // The residual stream carries the patches themselves; random layers only add to them.
  const addsToStream = name.endsWith('output.dense.weight');
  return addsToStream ? fan / 2 : fan;
}
