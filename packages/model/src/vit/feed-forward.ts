/**
 * The MLP of an encoder layer: fc2(gelu(fc1(x))), whole or in blocks of its width:
 *   y = sum_j gelu(x W1_j^T + b1_j) W2_j^T + b2, W1_j some rows of W1 and W2_j the same columns of W2.
 * Blocks are for speed alone. Rows of a matrix that lie a multiple of 4096 bytes apart (3072 floats in ViT-B) fall on the
 * same lines of a processor's first cache; products that read them run 10 % slower than with rows half as long.
 */
import { slice, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { scaledGelu } from '../ops/gelu.js';
import { gemm } from '../ops/gemm.js';
import { linear, linearWeights, type LayerContext } from './layer-linear.js';

const aliasBytes = 4096;

/** 2 where half the width escapes the cache's period and the whole does not; 1 for layers that stay whole, as adapted ones do. */
export function countBlocks({ config, parameters, layer }: LayerContext): 1 | 2 {
  const bytes = config.intermediateSize * Float32Array.BYTES_PER_ELEMENT;
  if (!parameters.cutsProducts || bytes % aliasBytes !== 0 || (bytes / 2) % aliasBytes === 0) return 1;
  const isAdapted = (['intermediate.dense', 'output.dense'] as const).some((target) => parameters.isAdapted({ layer, target }));
  return isAdapted ? 1 : 2;
}

/** Shape: x [M, D] -> [M, D]. More than one block is for layers without LoRA. */
export function feedForward(x: Tensor2D, context: LayerContext, blocks: number): Tensor2D {
  if (blocks === 1) {
    const u = linear(x, 'intermediate.dense', context, { output: Math.SQRT1_2 }); // [M, D] -> [M, F], z / sqrt(2)
    const h = scaledGelu(u); // sqrt(2) * gelu(z)
    return linear(h, 'output.dense', context, { input: Math.SQRT1_2 }); // [M, F] -> [M, D]
  }
  const fc1 = linearWeights('intermediate.dense', context);
  const fc2 = linearWeights('output.dense', context);
  const [F, D] = fc1.weight.shape;
  const width = F / blocks;
  let y: Tensor1D | Tensor2D | null = fc2.bias;
  for (let start = 0; start < F; start += width) {
    const bias = fc1.bias === null ? null : slice(fc1.bias, [start], [width]);
    const u = gemm(x, slice(fc1.weight, [start, 0], [width, D]), bias, { transB: true, alpha: Math.SQRT1_2, beta: Math.SQRT1_2 }); // [M, D] -> [M, F / blocks]
    y = gemm(scaledGelu(u), slice(fc2.weight, [0, start], [D, width]), y, { transB: true, alpha: Math.SQRT1_2 }); // -> [M, D]
  }
  return y as Tensor2D;
}
