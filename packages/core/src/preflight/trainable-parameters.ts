import type { LoraTargetModule } from '../config/lora-targets.js';

export interface TrainableShape {
  hiddenSize: number;
  intermediateSize: number;
  numHiddenLayers: number;
  r: number;
  targetModules: readonly LoraTargetModule[];
  /** Layers that get an adapter; null means all. */
  layersToTransform: readonly number[] | null;
  numOutputs: number;
}

/** Number of values that train: A [r, in] and B [out, r] of every target of every layer, and the head's weight and bias. */
export function countTrainableParameters(shape: TrainableShape): number {
  const { hiddenSize: D, intermediateSize: F, r } = shape;
  const layers = shape.layersToTransform ? new Set(shape.layersToTransform).size : shape.numHiddenLayers;
  const perLayer = [...new Set(shape.targetModules)].reduce((sum, target) => {
    const isMlp = target === 'intermediate.dense' || target === 'output.dense';
    return sum + r * (isMlp ? D + F : 2 * D);
  }, 0);
  return layers * perLayer + (D + 1) * shape.numOutputs;
}
