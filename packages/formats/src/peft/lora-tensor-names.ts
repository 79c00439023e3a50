import { AppError, type LoraTargetModule } from '@eyegazer/core';
import { headFeatures, type ViTConfig } from '../hf/vit-config.js';
import { findLoraModules, loraModuleName, type DiskNames, type LoraModule } from './find-lora-modules.js';
import type { LoraConfig } from './lora-config.js';

const prefix = 'base_model.model.';

/** Names of the trained head in an adapter file, the same in both eras. */
export const classifierTensorNames = { weight: `${prefix}classifier.weight`, bias: `${prefix}classifier.bias` } as const;

/**
 * `base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.weight`: what a trained tensor is called in memory,
 * in every family of ViT. `names` gives its name in an adapter of some family and era.
 */
export function loraTensorName(module: LoraModule, part: 'lora_A' | 'lora_B', names?: DiskNames): string {
  return `${prefix}${loraModuleName(module, names)}.${part}.weight`;
}

/** Inputs and outputs of a linear module. */
export function linearFeatures(target: LoraTargetModule, config: Pick<ViTConfig, 'hiddenSize' | 'intermediateSize'>): { inFeatures: number; outFeatures: number } {
  const { hiddenSize, intermediateSize } = config;
  return {
    inFeatures: target === 'output.dense' ? intermediateSize : hiddenSize,
    outFeatures: target === 'intermediate.dense' ? intermediateSize : hiddenSize,
  };
}

/** What of a ViT and of an adapter decides which tensors there are, and how large. */
type LoraWidths = Pick<ViTConfig, 'hiddenSize' | 'intermediateSize' | 'numHiddenLayers' | 'headInput'>;
type LoraExtent = Pick<LoraConfig, 'r' | 'targetModules' | 'layersToTransform'>;

/**
 * Every trained tensor, by its name in memory and in alphabetical order, as in a file of plain ViT.
 * Shape: lora_A [r, in], lora_B [out, r], classifier weight [numOutputs, headFeatures] and bias [numOutputs].
 * @throws AppError BAD_CONFIG for targets or layers this ViT does not have, or a rank above a layer's width.
 */
export function loraTensorShapes(config: LoraWidths, lora: LoraExtent, numOutputs: number): Map<string, number[]> {
  const shapes: [string, number[]][] = [
    [classifierTensorNames.weight, [numOutputs, headFeatures(config)]],
    [classifierTensorNames.bias, [numOutputs]],
  ];
  for (const module of findLoraModules(lora, config)) {
    const { inFeatures, outFeatures } = linearFeatures(module.target, config);
    checkRank(lora.r, module.target, Math.min(inFeatures, outFeatures));
    shapes.push([loraTensorName(module, 'lora_A'), [lora.r, inFeatures]], [loraTensorName(module, 'lora_B'), [outFeatures, lora.r]]);
  }
  return new Map(shapes.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A product of higher rank than the layer's own narrower side says nothing more, in more numbers. */
function checkRank(r: number, target: LoraTargetModule, width: number): void {
  if (Number.isInteger(r) && r >= 1 && r <= width) return;
  const path = 'adapter.r';
  throw new AppError('BAD_CONFIG', `${path}: expected a whole number from 1 to ${width}, the narrower side of "${target}" in this base model, got ${r}. Set ${path} to ${width} or less.`, { path });
}
