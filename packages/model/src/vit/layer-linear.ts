import type { LoraTargetModule } from '@eyegazer/core';
import { vitLayersPaths, vitLinearPaths, type LoraModule, type ViTConfig } from '@eyegazer/formats';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { adaptedLinear, type LinearFactors, type LinearWeights, type LoraFactors } from '../lora/adapted-linear.js';

/** Where the model's tensors come from. */
export interface ViTParameters {
  /** A tensor of the base model by its classic name without `vit.`, in the shape asked for. */
  weight: (name: string, shape: readonly number[]) => Tensor;
  /** The LoRA factors of a module for its first `rows` rows, or null where it is not adapted. */
  lora: (module: LoraModule, rows: number) => LoraFactors | null;
  /** Whether anything of the module trains. */
  isAdapted: (module: LoraModule) => boolean;
  /** Whether a product may be cut into blocks for speed: only float32 gains by it. */
  cutsProducts: boolean;
  head: { weight: Tensor2D; bias: Tensor1D };
}

/** What the parts of an encoder layer need. */
export interface LayerContext {
  parameters: ViTParameters;
  config: ViTConfig;
  batch: number;
  layer: number;
}

/** The base model's weights of a linear layer of the encoder. */
export function linearWeights(target: LoraTargetModule, { parameters, config, layer }: LayerContext): LinearWeights {
  const { hiddenSize: D, intermediateSize: F, qkvBias } = config;
  const path = `${vitLayersPaths.classic}.${layer}.${vitLinearPaths[target].classic}`;
  const shape = target === 'intermediate.dense' ? [F, D] : target === 'output.dense' ? [D, F] : [D, D];
  const hasBias = qkvBias || !['query', 'key', 'value'].includes(target);
  return {
    weight: parameters.weight(`${path}.weight`, shape) as Tensor2D,
    bias: hasBias ? (parameters.weight(`${path}.bias`, shape.slice(0, 1)) as Tensor1D) : null,
  };
}

/** A linear layer of the encoder, adapted by LoRA where the spec says so. */
export function linear(x: Tensor2D, target: LoraTargetModule, context: LayerContext, factors?: LinearFactors): Tensor2D {
  const lora = context.parameters.lora({ layer: context.layer, target }, x.shape[0]);
  return adaptedLinear(x, linearWeights(target, context), lora, factors);
}
