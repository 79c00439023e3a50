import { reshape, transpose, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { countRegisterTokens, type ViTConfig } from '@eyegazer/formats';
import { addPositions } from '../ops/add-positions.js';
import { gemm } from '../ops/gemm.js';
import { insertRows } from '../ops/insert-rows.js';
import { stackRows } from '../ops/stack-rows.js';
import { tokenRows } from '../ops/token-rows.js';
import type { ViTParameters } from './layer-linear.js';

/**
 * The tokens of images with their positions: class token, DeiT's distillation token or DINOv2's register tokens, patches.
 * Register tokens have no position. Shape: pixels [B, 3, S, S] -> [N * B, D], token n of sample b at n * B + b.
 */
export function embedImages(pixels: Tensor4D, { weight }: ViTParameters, config: ViTConfig): Tensor2D {
  const { hiddenSize: D, patchSize: p, imageSize, numChannels: C } = config;
  const B = pixels.shape[0];
  const g = imageSize / p;
  const split = reshape(pixels, [B, C, g, p, g, p]);
  const patches = reshape(transpose(split, [2, 4, 0, 1, 3, 5]), [g * g * B, C * p * p]); // -> [g, g, B, C, p, p]
  const projection = 'embeddings.patch_embeddings.projection';
  const filters = weight(`${projection}.weight`, [D, C * p * p]);
  const embedded = gemm(patches, filters, weight(`${projection}.bias`, [D]), { transB: true }); // -> [P * B, D]
  const special = (name: string, count = 1): Tensor2D => tokenRows(weight(`embeddings.${name}`, [count, D]) as Tensor2D, B); // [count, D] -> [count * B, D]
  const first = config.modelType === 'deit' ? [special('cls_token'), special('distillation_token')] : [special('cls_token')];
  const positions = weight('embeddings.position_embeddings', [g * g + first.length, D]) as Tensor2D;
  const placed = addPositions(stackRows([...first, embedded]), positions);
  const registers = countRegisterTokens(config);
  return registers === 0 ? placed : insertRows(placed, special('register_tokens', registers), B);
}
