/**
 * ViT-, DeiT- and Dinov2ForImageClassification of Hugging Face (Dosovitskiy et al. 2020, arXiv:2010.11929; Touvron et al. 2020,
 * arXiv:2012.12877; Oquab et al. 2023, arXiv:2304.07193) with LoRA or trained whole, as one pure function.
 *
 * Rows are tokens-first: token n of sample b is row n * B + b. Everything but attention works on rows alone, attention
 * reads this order in place, and the class tokens are simply the first B rows. Where the head
 * reads the class token alone, only the class tokens go on after the last layer's keys and values: nothing else reaches the logits.
 * Not here: hidden and attention dropout and stochastic depth (0 in every model of this kind), the pooler (not used for classification).
 */
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { vitLayersPaths, type ViTConfig } from '@eyegazer/formats';
import { attention } from '../ops/attention.js';
import { classAndPatchMean } from '../ops/class-and-patch-mean.js';
import { classTokens } from '../ops/class-tokens.js';
import { gemm } from '../ops/gemm.js';
import { layerNorm } from '../ops/layer-norm.js';
import { residualAdd } from '../ops/residual-add.js';
import { scaleColumns } from '../ops/scale-columns.js';
import { embedImages } from './embed-images.js';
import { countBlocks, feedForward } from './feed-forward.js';
import { linear, type LayerContext, type ViTParameters } from './layer-linear.js';

/** Number of tokens of an image: one per patch and those before the patches. */
export function countTokens({ imageSize, patchSize, numPrefixTokens }: Pick<ViTConfig, 'imageSize' | 'patchSize' | 'numPrefixTokens'>): number {
  return (imageSize / patchSize) ** 2 + numPrefixTokens;
}

/** Shape: pixels [B, 3, S, S] -> [B, numOutputs]. */
export function vitLogits(pixels: Tensor4D, parameters: ViTParameters, config: ViTConfig): Tensor2D {
  const batch = pixels.shape[0];
  let rows = embedImages(pixels, parameters, config);
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    rows = encoderLayer(rows, { parameters, config, batch, layer }); // [N * B, D], the last one [B, D] where the head reads class tokens alone
  }
  const normed = norm(rows, 'layernorm', parameters, config);
  const read = config.headInput === 'classToken' ? normed : classAndPatchMean(normed, { batch, numPrefix: config.numPrefixTokens }); // -> [B, D or 2 * D]
  return gemm(read, parameters.head.weight, parameters.head.bias, { transB: true }); // -> [B, K]
}

function encoderLayer(rows: Tensor2D, context: LayerContext): Tensor2D {
  const { parameters, config, batch, layer } = context;
  const name = `${vitLayersPaths.classic}.${layer}`;
  const isLast = layer === config.numHiddenLayers - 1;
  const keep = (x: Tensor2D): Tensor2D => (isLast && config.headInput === 'classToken' ? classTokens(x, batch) : x);
  const scaled = (x: Tensor2D, scale: 'layer_scale1' | 'layer_scale2'): Tensor2D =>
    config.hasLayerScale ? scaleColumns(x, parameters.weight(`${name}.${scale}.lambda1`, [config.hiddenSize]) as Tensor1D) : x;

  const before = norm(rows, `${name}.layernorm_before`, parameters, config);
  const heads = config.numAttentionHeads;
  const scale = 1 / Math.sqrt(config.hiddenSize / heads);
  const q = linear(keep(before), 'query', context, { output: scale });
  const k = linear(before, 'key', context);
  const v = linear(before, 'value', context);
  const mixed = linear(attention(q, k, v, { batch, heads }), 'attention.output.dense', context);
  const attended = residualAdd(keep(rows), scaled(mixed, 'layer_scale1'));

  const after = norm(attended, `${name}.layernorm_after`, parameters, config);
  return residualAdd(attended, scaled(feedForward(after, context, countBlocks(context)), 'layer_scale2'));
}

function norm(rows: Tensor2D, name: string, { weight }: ViTParameters, { hiddenSize, layerNormEps }: ViTConfig): Tensor2D {
  return layerNorm(rows, weight(`${name}.weight`, [hiddenSize]) as Tensor1D, weight(`${name}.bias`, [hiddenSize]) as Tensor1D, layerNormEps);
}
