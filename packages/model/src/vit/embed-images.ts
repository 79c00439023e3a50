import { reshape, transpose, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { ViTConfig } from '@eyegazer/formats';
import { addPositions } from '../ops/add-positions.js';
import { gemm } from '../ops/gemm.js';
import { stackRows } from '../ops/stack-rows.js';
import { tokenRows } from '../ops/token-rows.js';
import type { ViTParameters } from './layer-linear.js';

/** The tokens of images, the class token first, with their positions. Shape: pixels [B, 3, S, S] -> [N * B, D], token n of sample b at n * B + b. */
export function embedImages(pixels: Tensor4D, { weight }: ViTParameters, config: ViTConfig): Tensor2D {
  const { hiddenSize: D, patchSize: p, imageSize, numChannels: C } = config;
  const B = pixels.shape[0];
  const g = imageSize / p;
  const split = reshape(pixels, [B, C, g, p, g, p]);
  const patches = reshape(transpose(split, [2, 4, 0, 1, 3, 5]), [g * g * B, C * p * p]); // -> [g, g, B, C, p, p]
  const projection = 'embeddings.patch_embeddings.projection';
  const filters = weight(`${projection}.weight`, [D, C * p * p]);
  const embedded = gemm(patches, filters, weight(`${projection}.bias`, [D]), { transB: true }); // -> [P * B, D]
  const classRows = tokenRows(weight('embeddings.cls_token', [1, D]) as Tensor2D, B); // [1, D] -> [B, D]
  return addPositions(stackRows([classRows, embedded]), weight('embeddings.position_embeddings', [g * g + 1, D]) as Tensor2D);
}
