import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { dropout } from '../ops/dropout.js';
import { gemm } from '../ops/gemm.js';

/** A frozen linear layer. Shape: weight [out, in], bias [out] or none. */
export interface LinearWeights {
  weight: Tensor2D;
  bias: Tensor1D | null;
}

/** Its LoRA factors. Shape: a [r, in], b [out, r], mask [M, in] of 0 and 1 / (1 - p), or null for no dropout. */
export interface LoraFactors {
  a: Tensor2D;
  b: Tensor2D;
  scale: number;
  mask: Tensor2D | null;
  /** Whether the factors may be added to the weight ahead of the product, which costs a gradient as large as the weight: for evaluation. */
  canMerge: boolean;
}

/** Constant factors of a layer's input and output: they ride in its products, free of charge. */
export interface LinearFactors {
  input?: number;
  output?: number;
}

/** What a weight made in the graph costs, in products with the factors: its own making, and that it is not packed ahead. */
const mergeCost = 4;

/**
 * y = output * (x' W^T + bias + scale * (dropout(x') A^T) B^T) with x' = input * x; each sum is drawn into a product as
 * its C. Where merging is allowed and there are rows enough for it, W + scale * B A takes the place of W.
 * Shape: x [M, in] -> [M, out].
 */
export function adaptedLinear(x: Tensor2D, { weight, bias }: LinearWeights, lora: LoraFactors | null, factors: LinearFactors = {}): Tensor2D {
  const { input = 1, output = 1 } = factors;
  const alpha = input * output;
  const [out, inside] = weight.shape;
  const isMerged = lora !== null && lora.canMerge && x.shape[0] * (inside + out) >= mergeCost * inside * out;
  const effective = isMerged ? gemm(lora.b, lora.a, weight, { alpha: lora.scale }) : weight; // [out, in]
  const base = gemm(x, effective, bias, { transB: true, alpha, beta: output });
  if (lora === null || isMerged) return base;
  const dropped = lora.mask === null ? x : dropout(x, lora.mask);
  const down = gemm(dropped, lora.a, null, { transB: true }); // [M, in] -> [M, r]
  return gemm(down, lora.b, base, { transB: true, alpha: alpha * lora.scale }); // [M, r] -> [M, out]
}
