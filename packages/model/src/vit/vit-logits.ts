/**
 * ViTForImageClassification of Hugging Face (Dosovitskiy et al. 2020, arXiv:2010.11929) with LoRA or trained whole, as one pure function.
 *
 * Rows are tokens-first: token n of sample b is row n * B + b. Everything but attention works on rows alone, attention
 * reads this order in place, and the class tokens are simply the first B rows. After the last layer's keys and values
 * only the class tokens go on: nothing else reaches the logits.
 * Not here: hidden and attention dropout (0 in every ViT of this kind), the pooler (not used for classification).
 */
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { vitLayersPaths, type ViTConfig } from '@eyegazer/formats';
import { attention } from '../ops/attention.js';
import { classTokens } from '../ops/class-tokens.js';
import { gemm } from '../ops/gemm.js';
import { layerNorm } from '../ops/layer-norm.js';
import { residualAdd } from '../ops/residual-add.js';
import { embedImages } from './embed-images.js';
import { countBlocks, feedForward } from './feed-forward.js';
import { linear, type LayerContext, type ViTParameters } from './layer-linear.js';

/** Number of tokens of an image: one per patch and the class token. */
export function countTokens({ imageSize, patchSize }: Pick<ViTConfig, 'imageSize' | 'patchSize'>): number {
  return (imageSize / patchSize) ** 2 + 1;
}

/** Shape: pixels [B, 3, S, S] -> [B, numOutputs]. */
export function vitLogits(pixels: Tensor4D, parameters: ViTParameters, config: ViTConfig): Tensor2D {
  const batch = pixels.shape[0];
  let rows = embedImages(pixels, parameters, config);
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    rows = encoderLayer(rows, { parameters, config, batch, layer }); // [N * B, D], the last one [B, D]
  }
  const normed = norm(rows, 'layernorm', parameters, config);
  return gemm(normed, parameters.head.weight, parameters.head.bias, { transB: true }); // [B, D] -> [B, K]
}

function encoderLayer(rows: Tensor2D, context: LayerContext): Tensor2D {
  const { parameters, config, batch, layer } = context;
  const name = `${vitLayersPaths.classic}.${layer}`;
  const isLast = layer === config.numHiddenLayers - 1;
  const keep = (x: Tensor2D): Tensor2D => (isLast ? classTokens(x, batch) : x);

  const before = norm(rows, `${name}.layernorm_before`, parameters, config);
  const heads = config.numAttentionHeads;
  const scale = 1 / Math.sqrt(config.hiddenSize / heads);
  const q = linear(keep(before), 'query', context, { output: scale });
  const k = linear(before, 'key', context);
  const v = linear(before, 'value', context);
  const mixed = linear(attention(q, k, v, { batch, heads }), 'attention.output.dense', context);
  const attended = residualAdd(keep(rows), mixed);

  const after = norm(attended, `${name}.layernorm_after`, parameters, config);
  return residualAdd(attended, feedForward(after, context, countBlocks(context)));
}

function norm(rows: Tensor2D, name: string, { weight }: ViTParameters, { hiddenSize, layerNormEps }: ViTConfig): Tensor2D {
  return layerNorm(rows, weight(`${name}.weight`, [hiddenSize]) as Tensor1D, weight(`${name}.bias`, [hiddenSize]) as Tensor1D, layerNormEps);
}
