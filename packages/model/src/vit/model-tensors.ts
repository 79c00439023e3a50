import { gather, reshape, slice, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { classifierTensorNames, loraScaling, loraTensorName, type LoraModule } from '@eyegazer/formats';
import type { LoraFactors } from '../lora/adapted-linear.js';
import { listAdaptedModules } from '../lora/adapted-modules.js';
import { regroup } from '../ops/regroup.js';
import { dropoutPoolName, type StepSpec } from './step-inputs.js';
import type { ViTParameters } from './layer-linear.js';

/** The tensors of one step, by name. */
export interface ModelTensors {
  weight: ViTParameters['weight'];
  trainable: (name: string) => Tensor;
  /** The rows of the mask pools, and the pools by width; null for no dropout. Shape: rows [modules, N * B] int32. */
  dropout: { rows: Tensor2D; pool: (name: string) => Tensor2D } | null;
  /** Whether LoRA factors may be merged into the weights: for a forward pass alone. */
  mergesLora?: boolean;
}

/** Wires trainable tensors and dropout masks to the modules they belong to. */
export function createParameters({ config, adaptation, precision = 'fp32' }: StepSpec, { weight, trainable, dropout, mergesLora = false }: ModelTensors): ViTParameters {
  const modules = new Map(listAdaptedModules(config, adaptation).map((module) => [keyOf(module), module]));
  const scale = adaptation.method === 'lora' ? loraScaling(adaptation) : 1;
  return {
    weight: adaptation.method === 'full' ? (name, shape) => regroup(trainable(name), shape) : weight,
    head: { weight: trainable(classifierTensorNames.weight) as Tensor2D, bias: trainable(classifierTensorNames.bias) as Tensor1D },
    isAdapted: (where) => adaptation.method === 'full' || modules.has(keyOf(where)),
    cutsProducts: precision === 'fp32',
    lora: (where, rows): LoraFactors | null => {
      const module = modules.get(keyOf(where));
      if (module === undefined) return null;
      const mask = (): Tensor2D | null => {
        if (dropout === null) return null;
        const chosen = reshape(slice(dropout.rows, [module.index, 0], [1, rows]), [rows]); // [modules, N * B] -> [rows]
        return gather(dropout.pool(dropoutPoolName(module.inFeatures)), chosen as Tensor1D); // -> [rows, in]
      };
      const factor = (name: 'lora_A' | 'lora_B'): Tensor2D => trainable(loraTensorName(module, name)) as Tensor2D;
      return { a: factor('lora_A'), b: factor('lora_B'), scale, mask: mask(), canMerge: mergesLora };
    },
  };
}

function keyOf({ layer, target }: LoraModule): string {
  return `${layer}.${target}`;
}
