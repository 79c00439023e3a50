/**
 * config.json of a Hugging Face ViT, DeiT or DINOv2: the one place where its snake_case keys are mapped.
 * Missing keys take the defaults of transformers' own config classes, as they do there; keys of no use here are ignored.
 * Source: https://github.com/huggingface/transformers/tree/main/src/transformers/models (configuration_*.py of the four)
 */
import { AppError } from '@eyegazer/core';
import { z } from 'zod';
import { parseFile } from '../json/parse-file.js';
import { explainForeignConfig } from './foreign-weights.js';

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

/** Far above any model there is; a broken file must not make us count to a billion. */
const width = z.int().min(1).max(2 ** 17);
const count = z.int().min(1).max(1024);
const pixels = z.int().min(1).max(4096);
const side = z.union([pixels, z.tuple([pixels, pixels])]);
const off = z.literal(0).nullish();

const schema = z.object({
  model_type: z.enum(vitModelTypes),
  architectures: z.array(z.string()).nullish(),
  hidden_size: width.default(768),
  num_hidden_layers: count.default(12),
  num_attention_heads: count.default(12),
  intermediate_size: width.default(3072),
  mlp_ratio: count.default(4),
  hidden_act: z.literal('gelu').default('gelu'),
  initializer_range: z.number().positive().default(0.02),
  layer_norm_eps: z.number().positive().optional(),
  image_size: side.default(224),
  patch_size: side.optional(),
  num_channels: z.literal(3).default(3),
  qkv_bias: z.boolean().default(true),
  num_register_tokens: z.int().min(0).max(1024).default(4),
  use_swiglu_ffn: z.literal(false, 'expected false, got true: the SwiGLU layers of DINOv2-giant cannot be trained here').default(false),
  hidden_dropout_prob: off,
  attention_probs_dropout_prob: off,
  drop_path_rate: off,
});

/** What sets the families apart. */
const traits = {
  vit: { layerNormEps: 1e-12, patchSize: 16, specialTokens: 1, isDinov2: false },
  deit: { layerNormEps: 1e-12, patchSize: 16, specialTokens: 2, isDinov2: false },
  dinov2: { layerNormEps: 1e-6, patchSize: 14, specialTokens: 1, isDinov2: true },
  dinov2_with_registers: { layerNormEps: 1e-6, patchSize: 16, specialTokens: 1, isDinov2: true },
} as const satisfies Record<ViTModelType, unknown>;

/**
 * Parses config.json; `file` is its name in messages.
 * @throws AppError BAD_MODEL naming the key when this is not a square RGB ViT with exact GELU and without dropout.
 */
export function parseViTConfig(json: unknown, file: string): ViTConfig {
  const foreign = explainForeignConfig(json);
  if (foreign !== undefined) throw new AppError('BAD_MODEL', `${file}: ${foreign}`, { path: 'model_type' });
  const raw = parseFile(schema, json, { file, code: 'BAD_MODEL' });
  const fail = (path: string, problem: string): never => {
    throw new AppError('BAD_MODEL', `${file}: ${path}: ${problem}. Use a base model whose config.json says so.`, { path });
  };
  const square = (path: string, value: number | [number, number]): number => {
    const [height, width] = typeof value === 'number' ? [value, value] : value;
    return height === width ? height : fail(path, `expected a square, got [${height}, ${width}]`);
  };
  const { layerNormEps, patchSize: usualPatchSize, specialTokens, isDinov2 } = traits[raw.model_type];
  const imageSize = square('image_size', raw.image_size);
  const patchSize = square('patch_size', raw.patch_size ?? usualPatchSize);
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
    intermediateSize: isDinov2 ? raw.hidden_size * raw.mlp_ratio : raw.intermediate_size,
    imageSize,
    patchSize,
    numChannels: raw.num_channels,
    layerNormEps: raw.layer_norm_eps ?? layerNormEps,
    qkvBias: raw.qkv_bias,
    hiddenAct: raw.hidden_act,
    initializerRange: raw.initializer_range,
    numPrefixTokens: specialTokens + (raw.model_type === 'dinov2_with_registers' ? raw.num_register_tokens : 0),
    hasLayerScale: isDinov2,
    headInput: isDinov2 ? 'classTokenAndPatchMean' : 'classToken',
  };
}

/** Number of tokens that lie between the class token and the patches and have no position. */
export function countRegisterTokens({ modelType, numPrefixTokens }: Pick<ViTConfig, 'modelType' | 'numPrefixTokens'>): number {
  return numPrefixTokens - traits[modelType].specialTokens;
}

/** Writes config.json of a ViT without a head, keys sorted as Transformers sorts them. */
export function writeViTConfig(config: ViTConfig): string {
  const json: Record<string, unknown> = {
    architectures: config.architectures,
    dtype: 'float32',
    hidden_act: config.hiddenAct,
    hidden_size: config.hiddenSize,
    image_size: config.imageSize,
    initializer_range: config.initializerRange,
    layer_norm_eps: config.layerNormEps,
    model_type: config.modelType,
    num_attention_heads: config.numAttentionHeads,
    num_channels: config.numChannels,
    num_hidden_layers: config.numHiddenLayers,
    patch_size: config.patchSize,
    qkv_bias: config.qkvBias,
  };
  if (traits[config.modelType].isDinov2) json['mlp_ratio'] = config.intermediateSize / config.hiddenSize;
  else json['intermediate_size'] = config.intermediateSize;
  if (config.modelType === 'dinov2_with_registers') json['num_register_tokens'] = countRegisterTokens(config);
  const sorted = Object.fromEntries(Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}
