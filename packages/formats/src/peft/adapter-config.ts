/**
 * adapter_config.json as peft 0.21.0 writes it for LoRA, and the reading of any such file. What would change the numbers
 * and is not supported here is refused by name; keys that peft may add later are reported, not refused.
 * Source: https://github.com/huggingface/peft/blob/v0.21.0/src/peft/tuners/lora/config.py
 */
import { AppError, showValue } from '@eyegazer/core';
import { z } from 'zod';
import type { ViTModelType } from '../hf/vit-config.js';
import { vitFamilies } from '../hf/vit-families.js';
import { parseFile } from '../json/parse-file.js';
import type { LoraConfig } from './lora-config.js';

export interface AdapterConfigFile {
  /** As on disk; null when the file holds a regular expression instead of a list. */
  readonly lora: Omit<LoraConfig, 'targetModules'> & { readonly targetModules: readonly string[] | null };
  readonly baseModelNameOrPath: string | null;
  /** Keys that were ignored, one sentence each. */
  readonly warnings: readonly string[];
}

/** What a plain LoRA of a ViT has in the fields that never vary here. */
const fixedFields = {
  alora_invocation_tokens: null,
  alpha_pattern: {},
  arrow_config: null,
  bias: 'none',
  corda_config: null,
  ensure_weight_tying: false,
  eva_config: null,
  exclude_modules: null,
  fan_in_fan_out: false,
  kasa_config: null,
  layer_replication: null,
  layers_pattern: null,
  loftq_config: {},
  lora_bias: false,
  lora_ga_config: null,
  megatron_config: null,
  monteclora_config: null,
  rank_pattern: {},
  target_parameters: null,
  trainable_token_indices: null,
  use_bdlora: null,
  use_dora: false,
  use_qalora: false,
  velora_config: null,
} as const;

/** Fields that say nothing about the numbers of a finished adapter. */
const ignoredFields = {
  auto_mapping: null,
  inference_mode: true,
  megatron_core: 'megatron.core',
  peft_version: '0.21.0',
  qalora_group_size: 16,
  revision: null,
  task_type: null,
} as const;

const fixedByName = new Map<string, unknown>(Object.entries(fixedFields));

/** Initialisations that leave the base weights alone, so that A and B say everything. */
const plainInits: readonly unknown[] = [true, false, 'gaussian', 'orthogonal', 'eva', 'mica'];

const positive = z.int().min(1);
const layer = z.int().min(0);

const schema = z.object({
  peft_type: z.literal('LORA'),
  r: positive.default(8),
  lora_alpha: z.number().positive().default(8),
  lora_dropout: z.number().min(0).lt(1).default(0),
  target_modules: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  modules_to_save: z.tuple([z.literal('classifier')]),
  use_rslora: z.boolean().default(false),
  layers_to_transform: z.union([layer, z.array(layer)]).nullish(),
  base_model_name_or_path: z.string().nullish(),
  init_lora_weights: z.unknown().optional(),
});

/**
 * Parses adapter_config.json; `file` is its name in messages.
 * @throws AppError BAD_FILE when it is no LoRA config, UNSUPPORTED with the field's name as path for LoRA variants.
 */
export function parseAdapterConfig(json: unknown, file: string): AdapterConfigFile {
  const raw = parseFile(schema, json, { file, code: 'BAD_FILE' });
  const all = json as Readonly<Record<string, unknown>>;
  const { init_lora_weights: init = true } = raw;
  if (!plainInits.includes(init)) refuse(file, 'init_lora_weights', 'true, false, gaussian, orthogonal, eva or mica', init);
  const warnings: string[] = [];
  for (const [key, value] of Object.entries(all)) {
    const fixed = fixedByName.get(key);
    if (fixed !== undefined) {
      if (!isOff(value, fixed)) refuse(file, key, JSON.stringify(fixed), value);
    } else if (!Object.hasOwn(ignoredFields, key) && !Object.hasOwn(schema.shape, key)) {
      if (key.endsWith('_config') && value !== null) refuse(file, key, 'null', value);
      warnings.push(`${file}: ${key} is not known here and is ignored.`);
    }
  }
  const { layers_to_transform: layers, target_modules: targets } = raw;
  return {
    lora: {
      r: raw.r,
      loraAlpha: raw.lora_alpha,
      loraDropout: raw.lora_dropout,
      targetModules: typeof targets === 'string' ? null : targets,
      useRslora: raw.use_rslora,
      layersToTransform: layers === undefined || layers === null ? null : typeof layers === 'number' ? [layers] : layers,
    },
    baseModelNameOrPath: raw.base_model_name_or_path ?? null,
    warnings,
  };
}

/** Writes adapter_config.json: two spaces, keys sorted, no newline at the end, as peft does. `targetModules` are written as they are. */
export function writeAdapterConfig(lora: LoraConfig, { baseModelNameOrPath, modelType }: { baseModelNameOrPath: string; modelType: ViTModelType }): string {
  const { classifierClass, library } = vitFamilies[modelType];
  const json: Record<string, unknown> = {
    ...fixedFields,
    ...ignoredFields,
    auto_mapping: { base_model_class: classifierClass, parent_library: library },
    base_model_name_or_path: baseModelNameOrPath,
    init_lora_weights: true,
    layers_to_transform: lora.layersToTransform,
    lora_alpha: lora.loraAlpha,
    lora_dropout: lora.loraDropout,
    modules_to_save: ['classifier'],
    peft_type: 'LORA',
    r: lora.r,
    target_modules: lora.targetModules,
    use_rslora: lora.useRslora,
  };
  const sorted = Object.fromEntries(Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify(sorted, null, 2);
}

/** The default, or as good: null, false and [] switch a variant off; {} does so only where it is the default. */
function isOff(value: unknown, fixed: unknown): boolean {
  if (value === fixed || value === null || value === false) return true;
  if (typeof value !== 'object') return false;
  return Object.keys(value).length === 0 && (Array.isArray(value) || (typeof fixed === 'object' && fixed !== null));
}

function refuse(file: string, field: string, expected: string, got: unknown): never {
  throw new AppError('UNSUPPORTED', `${file}: ${field}: expected ${expected}, got ${showValue(got)}. Only plain LoRA and rsLoRA adapters can be read.`, {
    path: field,
  });
}
