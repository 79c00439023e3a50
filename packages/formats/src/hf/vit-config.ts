/**
 * config.json of a Hugging Face ViT: the one place where its snake_case keys are mapped.
 * Missing keys take the defaults of transformers' ViTConfig, as they do there; keys of no use here are ignored.
 * Source: https://github.com/huggingface/transformers/blob/main/src/transformers/models/vit/configuration_vit.py
 */
import { AppError } from '@eyegazer/core';
import { z } from 'zod';
import { parseFile } from '../json/parse-file.js';

export const vitModelTypes = ['vit', 'deit', 'dinov2', 'dinov2_with_registers'] as const;
/** The families of ViT, as config.json names them. */
export type ViTModelType = (typeof vitModelTypes)[number];

export interface ViTConfig {
  readonly modelType: ViTModelType;
  readonly architectures: readonly string[];
  readonly hiddenSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  readonly intermediateSize: number;
  /** Pixels of a side; images are square. */
  readonly imageSize: number;
  /** Pixels of a patch's side. */
  readonly patchSize: number;
  readonly numChannels: 3;
  readonly layerNormEps: number;
  readonly qkvBias: boolean;
  /** The exact erf form. */
  readonly hiddenAct: 'gelu';
  readonly initializerRange: number;
  /** Tokens before the patches: the class token, then DeiT's distillation token or DINOv2's register tokens. */
  readonly numPrefixTokens: number;
  /** Each branch of a layer is multiplied, channel by channel, with a learned vector (Touvron et al. 2021, arXiv:2103.17239). */
  readonly hasLayerScale: boolean;
  /** What the head reads: the class token, or it and the mean of the patch tokens side by side. */
  readonly headInput: 'classToken' | 'classTokenAndPatchMean';
}

/** Number of values the head reads of a sample. */
export function headFeatures({ hiddenSize, headInput }: Pick<ViTConfig, 'hiddenSize' | 'headInput'>): number {
  return headInput === 'classToken' ? hiddenSize : 2 * hiddenSize;
}

const positive = z.int().min(1);
const side = z.union([positive, z.tuple([positive, positive])]);

const schema = z.object({
  model_type: z.literal('vit'),
  architectures: z.array(z.string()).nullish(),
  hidden_size: positive.default(768),
  num_hidden_layers: positive.default(12),
  num_attention_heads: positive.default(12),
  intermediate_size: positive.default(3072),
  hidden_act: z.literal('gelu').default('gelu'),
  initializer_range: z.number().positive().default(0.02),
  layer_norm_eps: z.number().positive().default(1e-12),
  image_size: side.default(224),
  patch_size: side.default(16),
  num_channels: z.literal(3).default(3),
  qkv_bias: z.boolean().default(true),
});

/**
 * Parses config.json; `file` is its name in messages.
 * @throws AppError BAD_MODEL naming the key when this is not a square RGB ViT with exact GELU.
 */
export function parseViTConfig(json: unknown, file: string): ViTConfig {
  const raw = parseFile(schema, json, { file, code: 'BAD_MODEL' });
  const fail = (path: string, problem: string): never => {
    throw new AppError('BAD_MODEL', `${file}: ${path}: ${problem}. Use a base model whose config.json says so.`, { path });
  };
  const square = (path: string, value: number | [number, number]): number => {
    const [height, width] = typeof value === 'number' ? [value, value] : value;
    return height === width ? height : fail(path, `expected a square, got [${height}, ${width}]`);
  };
  const imageSize = square('image_size', raw.image_size);
  const patchSize = square('patch_size', raw.patch_size);
  if (imageSize % patchSize !== 0) fail('image_size', `expected a multiple of patch_size ${patchSize}, got ${imageSize}`);
  if (raw.hidden_size % raw.num_attention_heads !== 0) {
    fail('hidden_size', `expected a multiple of num_attention_heads ${raw.num_attention_heads}, got ${raw.hidden_size}`);
  }
  return {
    modelType: raw.model_type,
    architectures: raw.architectures ?? [],
    hiddenSize: raw.hidden_size,
    numHiddenLayers: raw.num_hidden_layers,
    numAttentionHeads: raw.num_attention_heads,
    intermediateSize: raw.intermediate_size,
    imageSize,
    patchSize,
    numChannels: raw.num_channels,
    layerNormEps: raw.layer_norm_eps,
    qkvBias: raw.qkv_bias,
    hiddenAct: raw.hidden_act,
    initializerRange: raw.initializer_range,
    numPrefixTokens: 1,
    hasLayerScale: false,
    headInput: 'classToken',
  };
}

/** Writes config.json of a ViT without a head, keys sorted as Transformers sorts them. */
export function writeViTConfig(config: ViTConfig): string {
  const json = {
    architectures: config.architectures,
    dtype: 'float32',
    hidden_act: config.hiddenAct,
    hidden_size: config.hiddenSize,
    image_size: config.imageSize,
    initializer_range: config.initializerRange,
    intermediate_size: config.intermediateSize,
    layer_norm_eps: config.layerNormEps,
    model_type: 'vit',
    num_attention_heads: config.numAttentionHeads,
    num_channels: config.numChannels,
    num_hidden_layers: config.numHiddenLayers,
    patch_size: config.patchSize,
    qkv_bias: config.qkvBias,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
