import type { BaseModel } from '@eyegazer/formats';
import { countTokens, type HeadSpec, type LoraSpec } from '@eyegazer/model';

/** Node, tfjs, ONNX Runtime and the loader. */
const processBytes = 400 * 1024 * 1024;
/** The weights as mapped, and packed for the forward and for the backward products; and packed again for evaluation. */
const weightCopies = 4;

/**
 * Rough peak memory of training, linear in the micro-batch: weights and their packed copies, and what each layer keeps of
 * every token for its gradient.
 */
export function estimateBytes({ config, parameterCount }: BaseModel, _specs: { lora: LoraSpec; head: HeadSpec }, microBatch: number): number {
  const { hiddenSize: D, intermediateSize: F, numHiddenLayers, numAttentionHeads } = config;
  const N = countTokens(config);
  const floatsPerToken = 12 * D + 3 * F + 2 * numAttentionHeads * N;
  return processBytes + 4 * (weightCopies * parameterCount + microBatch * N * floatsPerToken * numHiddenLayers);
}
