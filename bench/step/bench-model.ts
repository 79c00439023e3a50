import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createRandomKey, randomUniform } from '@eyegazer/core';
import { loadBaseModel, parsePreprocessorConfig, vitTensorShapes, writePreprocessorConfig, writeSafetensors, type BaseModel, type ViTConfig } from '@eyegazer/formats';
import type { StepCase } from './step-cases.js';

const shapes: Record<StepCase['model'], Pick<ViTConfig, 'hiddenSize' | 'numHiddenLayers' | 'numAttentionHeads' | 'intermediateSize'>> = {
  'deit-tiny': { hiddenSize: 192, numHiddenLayers: 12, numAttentionHeads: 3, intermediateSize: 768 },
  'vit-base': { hiddenSize: 768, numHiddenLayers: 12, numAttentionHeads: 12, intermediateSize: 3072 },
  'vit-large': { hiddenSize: 1024, numHiddenLayers: 24, numAttentionHeads: 16, intermediateSize: 4096 },
};

export interface BenchModel {
  model: BaseModel;
  /** Where the weights are from. */
  weights: string;
  dispose: () => void;
}

/** DeiT-tiny from the reference data where it is there; else a model of that shape with random weights in a temporary folder. */
export async function openBenchModel(name: StepCase['model']): Promise<BenchModel> {
  const shared = resolve(process.env['EYEGAZER_SHARED'] ?? resolve(import.meta.dirname, '../../../shared'), 'models', name);
  if (existsSync(shared)) return { model: await loadBaseModel(shared), weights: 'trained', dispose: () => {} };
  const dir = mkdtempSync(join(tmpdir(), 'eyegazer-bench-'));
  writeRandomModel(dir, name);
  return { model: await loadBaseModel(dir), weights: 'random', dispose: () => rmSync(dir, { recursive: true }) };
}

function writeRandomModel(dir: string, name: StepCase['model']): void {
  const { hiddenSize, numHiddenLayers, numAttentionHeads, intermediateSize } = shapes[name];
  const json = {
    model_type: 'vit', hidden_size: hiddenSize, num_attention_heads: numAttentionHeads, intermediate_size: intermediateSize,
    num_hidden_layers: numHiddenLayers, image_size: 224, patch_size: 16, layer_norm_eps: 1e-12, qkv_bias: true,
  };
  const config: ViTConfig = {
    ...shapes[name], architectures: [], imageSize: 224, patchSize: 16, numChannels: 3, layerNormEps: 1e-12,
    qkvBias: true, hiddenAct: 'gelu', initializerRange: 0.02, modelType: 'vit', numPrefixTokens: 1, hasLayerScale: false, headInput: 'classToken',
  };
  const tensors = new Map([...vitTensorShapes(config)].map(([tensor, shape]) => {
    const key = createRandomKey(4, tensor);
    const isGain = /layernorm\w*\.weight$/.test(tensor);
    const size = shape.reduce((product, count) => product * count, 1);
    return [tensor, { shape, data: Float32Array.from({ length: size }, (_, i) => (isGain ? 1 : 0.07 * (randomUniform(key, i) - 0.5))) }];
  }));
  writeFileSync(join(dir, 'model.safetensors'), writeSafetensors(tensors));
  writeFileSync(join(dir, 'config.json'), JSON.stringify(json));
  writeFileSync(join(dir, 'preprocessor_config.json'), writePreprocessorConfig(parsePreprocessorConfig({}, 'preprocessor_config.json')));
}
