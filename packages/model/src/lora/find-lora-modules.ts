import { AppError } from '@eyegazer/core';
import { vitLayersPaths, vitLinearPaths, type ViTConfig } from '@eyegazer/formats';
import type { LoraSpec } from './lora-spec.js';

/** One linear layer that LoRA adapts. */
export interface LoraModule {
  /** Position among the adapted modules, layer by layer. */
  index: number;
  layer: number;
  /** Classic path in the model, e.g. `encoder.layer.0.attention.attention.query`. */
  path: string;
  inFeatures: number;
  outFeatures: number;
}

/**
 * The linear layers a LoRA spec names, in the order of the forward pass. As in PEFT a target matches a module whose path
 * ends with it, so `output.dense` names `attention.output.dense` too.
 * @throws AppError BAD_CONFIG when a layer does not exist
 */
export function findLoraModules(config: ViTConfig, spec: Pick<LoraSpec, 'targetModules' | 'layersToTransform'>): LoraModule[] {
  const { hiddenSize, intermediateSize, numHiddenLayers } = config;
  const outside = spec.layersToTransform?.find((layer) => layer < 0 || layer >= numHiddenLayers);
  if (outside !== undefined) {
    throw new AppError('BAD_CONFIG', `adapter.layersToTransform: expected layers from 0 to ${numHiddenLayers - 1}, got ${outside}.`, {
      path: 'adapter.layersToTransform',
    });
  }
  const modules: LoraModule[] = [];
  for (let layer = 0; layer < numHiddenLayers; layer++) {
    if (spec.layersToTransform !== null && !spec.layersToTransform.includes(layer)) continue;
    for (const { classic } of Object.values(vitLinearPaths)) {
      const path = `${vitLayersPaths.classic}.${layer}.${classic}`;
      if (!spec.targetModules.some((target) => path.endsWith(`.${target}`))) continue;
      modules.push({
        index: modules.length,
        layer,
        path,
        inFeatures: classic === vitLinearPaths['output.dense'].classic ? intermediateSize : hiddenSize,
        outFeatures: classic === vitLinearPaths['intermediate.dense'].classic ? intermediateSize : hiddenSize,
      });
    }
  }
  return modules;
}
