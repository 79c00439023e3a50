import { gather, reshape, slice, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import type { LoraFactors } from '../lora/adapted-linear.js';
import { findLoraModules } from '../lora/find-lora-modules.js';
import { loraScale } from '../lora/lora-spec.js';
import { headNames, loraNames } from '../lora/trainable-tensors.js';
import { dropoutPoolName, type StepSpec } from './step-inputs.js';
import type { ViTParameters } from './vit-logits.js';

/** The tensors of one step, by name. */
export interface ModelTensors {
  weight: ViTParameters['weight'];
  trainable: (name: string) => Tensor;
  /** The rows of the mask pools, and the pools by width; null for no dropout. Shape: rows [modules, N * B] int32. */
  dropout: { rows: Tensor2D; pool: (name: string) => Tensor2D } | null;
}

/** Wires trainable tensors and dropout masks to the modules they belong to. */
export function createParameters({ config, lora }: StepSpec, { weight, trainable, dropout }: ModelTensors): ViTParameters {
  const modules = new Map(findLoraModules(config, lora).map((module) => [module.path, module]));
  const scale = loraScale(lora);
  return {
    weight,
    head: { weight: trainable(headNames.weight) as Tensor2D, bias: trainable(headNames.bias) as Tensor1D },
    lora: (path, rows): LoraFactors | null => {
      const module = modules.get(path);
      if (module === undefined) return null;
      const names = loraNames(path);
      const mask = (): Tensor2D | null => {
        if (dropout === null) return null;
        const chosen = reshape(slice(dropout.rows, [module.index, 0], [1, rows]), [rows]); // [modules, N * B] -> [rows]
        return gather(dropout.pool(dropoutPoolName(module.inFeatures)), chosen as Tensor1D) as Tensor2D; // -> [rows, in]
      };
      return { a: trainable(names.a) as Tensor2D, b: trainable(names.b) as Tensor2D, scale, mask: mask() };
    },
  };
}
