import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandomKey, parseExperimentConfig, randomNormal, type ArtifactStore } from '@eyegazer/core';
import { createFundusDataset } from '@eyegazer/data';
import { vitTensorShapes, writePreprocessorConfig, writeSafetensors, writeViTConfig, type FloatTensor, type ViTConfig } from '@eyegazer/formats';
import { addressStore, openStore, type FinishedImport, type StoreAddress } from '@eyegazer/platform';
import { silentLog } from '../../fixtures/silent-log.js';
import { createTestStore } from '../../fixtures/test-store.js';

export const tinyViT: ViTConfig = {
  architectures: ['ViTModel'], hiddenSize: 32, numHiddenLayers: 2, numAttentionHeads: 2, intermediateSize: 64, imageSize: 32, patchSize: 8,
  numChannels: 3, layerNormEps: 1e-12, qkvBias: true, hiddenAct: 'gelu', initializerRange: 0.02, modelType: 'vit', numPrefixTokens: 1, hasLayerScale: false, headInput: 'classToken',
};

const half = [0.5, 0.5, 0.5] as const;

/** Files of a seeded ViT of 17 tokens, in Hugging Face layout. */
export function tinyModelFiles(): Map<string, Uint8Array> {
  const tensors = new Map<string, FloatTensor>();
  for (const [name, shape] of vitTensorShapes(tinyViT)) {
    const data = new Float32Array(shape.reduce((product, n) => product * n, 1));
    const key = createRandomKey(7, name);
    const isNorm = name.includes('layernorm');
    if (isNorm && name.endsWith('.weight')) data.fill(1);
    else if (!name.endsWith('.bias')) for (let i = 0; i < data.length; i++) data[i] = 0.1 * randomNormal(key, i);
    tensors.set(name, { shape, data });
  }
  const preprocessor = { size: { height: 32, width: 32 }, centerCropFrom: null, resample: 'bilinear' as const, doRescale: true, rescaleFactor: 1 / 255, doNormalize: true, imageMean: half, imageStd: half };
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return new Map([
    ['config.json', encode(writeViTConfig(tinyViT))],
    ['preprocessor_config.json', encode(writePreprocessorConfig(preprocessor))],
    ['model.safetensors', writeSafetensors(tensors)],
  ]);
}

/** A home with an artifact store that holds a tiny model and a small procedural dataset. */
export interface TinyWorld {
  home: string;
  storeAddress: StoreAddress;
  store: ArtifactStore;
  dataset: FinishedImport;
  modelFiles: { name: string; sha256: string; byteLength: number }[];
  read(sha256: string): Promise<Uint8Array>;
  remove(): Promise<void>;
}

export async function createTinyWorld(classCounts: [number, number, number, number, number] = [32, 8, 16, 8, 16]): Promise<TinyWorld> {
  const home = await mkdtemp(join(tmpdir(), 'eyegazer-worker-'));
  const storeAddress = addressStore(await createTestStore(), { home, cacheLimitBytes: 1e9 });
  const store = await openStore(storeAddress.settings, { ...storeAddress, log: silentLog });
  const drawn = await createFundusDataset({ store, width: 32, classCounts, holdout: 0.25 });
  const dataset = { ...drawn, version: { ...drawn.version, leftOut: 0 } };
  const modelFiles = [];
  for (const [name, bytes] of tinyModelFiles()) modelFiles.push({ name, ...(await store.put(bytes)) });
  return {
    home, storeAddress, store, dataset, modelFiles,
    read: async (sha256) => readFile(await store.localPath(sha256)),
    remove: () => rm(home, { recursive: true }),
  };
}

/** A short run of the tiny model, with changes. */
export function tinyConfig(changes: Record<string, unknown> = {}) {
  return parseExperimentConfig({
    dataset: 'fundus',
    adapter: { r: 4, alpha: 8, dropout: 0.1 },
    training: { epochs: 2, effectiveBatch: 16, microBatch: 8, learningRate: 5e-3, seed: 1, ...(changes['training'] as object) },
    ...Object.fromEntries(Object.entries(changes).filter(([key]) => key !== 'training')),
  });
}
