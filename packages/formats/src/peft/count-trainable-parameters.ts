import type { AdapterConfig } from '@eyegazer/core';
import { headFeatures, type ViTConfig } from '../hf/vit-config.js';
import { vitTensorShapes } from '../hf/vit-tensor-shapes.js';
import { createLoraConfig } from './lora-config.js';
import { loraTensorShapes } from './lora-tensor-names.js';

/** Number of values that train, the head's included. @throws AppError BAD_CONFIG as `loraTensorShapes` */
export function countTrainableParameters(config: ViTConfig, adapter: AdapterConfig, numOutputs: number): number {
  const head = (headFeatures(config) + 1) * numOutputs;
  switch (adapter.method) {
    case 'lora':
      return sizeOf(loraTensorShapes(config, createLoraConfig(adapter), numOutputs));
    case 'head':
      return head;
    case 'full':
      return sizeOf(vitTensorShapes(config)) + head;
    default:
      return adapter satisfies never;
  }
}

function sizeOf(shapes: ReadonlyMap<string, readonly number[]>): number {
  return [...shapes.values()].reduce((total, shape) => total + shape.reduce((product, size) => product * size, 1), 0);
}
