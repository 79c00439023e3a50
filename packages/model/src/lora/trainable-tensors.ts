import { createRandomKey, randomNormal, randomUniform } from '@eyegazer/core';
import type { ViTConfig } from '@eyegazer/formats';
import type { HeadSpec } from '../vit/head-spec.js';
import { findLoraModules } from './find-lora-modules.js';
import type { LoraSpec } from './lora-spec.js';

export interface TrainableTensor {
  shape: readonly number[];
  data: Float32Array;
}

/** Classic adapter name on disk (`base_model.model.vit.encoder.layer.0...lora_A.weight`) -> tensor. */
export type TrainableTensors = Map<string, TrainableTensor>;

/** Names of the trained head, as PEFT writes them. */
export const headNames = { weight: 'base_model.model.classifier.weight', bias: 'base_model.model.classifier.bias' } as const;

/** Names of a module's two LoRA factors, as PEFT writes them. */
export function loraNames(path: string): { a: string; b: string } {
  return { a: `base_model.model.vit.${path}.lora_A.weight`, b: `base_model.model.vit.${path}.lora_B.weight` };
}

/**
 * Names and shapes of every trainable tensor, in the order of the forward pass.
 * Shape: A [r, in], B [out, r], head weight [numOutputs, hiddenSize], head bias [numOutputs].
 */
export function trainableShapes(config: ViTConfig, lora: LoraSpec, head: HeadSpec): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const { path, inFeatures, outFeatures } of findLoraModules(config, lora)) {
    const names = loraNames(path);
    shapes.set(names.a, [lora.r, inFeatures]).set(names.b, [outFeatures, lora.r]);
  }
  return shapes.set(headNames.weight, [head.numOutputs, config.hiddenSize]).set(headNames.bias, [head.numOutputs]);
}

/**
 * Fresh trainable tensors, drawn as PEFT and Transformers draw them: A uniform on +-1/sqrt(in), B zero, head weight normal
 * with the model's initializerRange cut at two standard deviations, head bias zero. The same seed gives the same bits.
 */
export function createTrainableTensors(config: ViTConfig, { lora, head, seed }: { lora: LoraSpec; head: HeadSpec; seed: number }): TrainableTensors {
  const tensors: TrainableTensors = new Map();
  for (const [name, shape] of trainableShapes(config, lora, head)) {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    const key = createRandomKey(seed, 'init', name);
    if (name.endsWith('.lora_A.weight')) {
      const bound = 1 / Math.sqrt(shape[1] ?? 1);
      for (let i = 0; i < data.length; i++) data[i] = (2 * randomUniform(key, i) - 1) * bound;
    } else if (name === headNames.weight) {
      fillTruncatedNormal(data, key, config.initializerRange);
    }
    tensors.set(name, { shape, data });
  }
  return tensors;
}

/** Draws again whatever falls outside two standard deviations. */
function fillTruncatedNormal(data: Float32Array, key: ReturnType<typeof createRandomKey>, std: number): void {
  let counter = 0;
  for (let i = 0; i < data.length; i++) {
    let value: number;
    do value = randomNormal(key, counter++);
    while (Math.abs(value) > 2);
    data[i] = value * std;
  }
}
