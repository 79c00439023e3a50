/**
 * The families of ViT and what their tensors are called on disk. Terminology:
 * - own names: those of plain ViT, classic and without prefix; in memory every family uses them.
 * - classic and new names: how a family's modules are called up to Transformers 5.8 and from 5.9 on. A full checkpoint
 *   bears classic names in both eras, an adapter those of the era that wrote it.
 * Source: transformers `conversion_mapping.py` ("ViTModel", "Dinov2Model") and the modules of the models themselves.
 */
import { loraTargetModules, type LoraTargetModule } from '@eyegazer/core';
import type { ViTModelType } from './vit-config.js';
import { vitLayersPaths, vitLinearPaths } from './vit-linear-paths.js';

interface Eras {
  readonly classic: string;
  readonly new: string;
}

export interface ViTFamily {
  /** The class that holds base model and head, and its Python module. */
  readonly classifierClass: string;
  readonly library: string;
  /** Path of the list of layers inside the base model. */
  readonly layersPaths: Eras;
  /** Paths, within a layer, of the six linear modules. */
  readonly linearPaths: Readonly<Record<LoraTargetModule, Eras>>;
  /** What `target_modules` calls them for short. */
  readonly shortNames: Readonly<Record<LoraTargetModule, Eras>>;
  /** Other parts of a layer, by own name, that are called otherwise in both eras. */
  readonly otherParts: Readonly<Record<string, string>>;
}

const shortNames: ViTFamily['shortNames'] = {
  query: { classic: 'query', new: 'q_proj' },
  key: { classic: 'key', new: 'k_proj' },
  value: { classic: 'value', new: 'v_proj' },
  'attention.output.dense': { classic: 'attention.output.dense', new: 'o_proj' },
  'intermediate.dense': { classic: 'intermediate.dense', new: 'fc1' },
  'output.dense': { classic: 'output.dense', new: 'fc2' },
};

const vitNames = { layersPaths: vitLayersPaths, linearPaths: vitLinearPaths, shortNames, otherParts: {} };

const dinov2Names = {
  layersPaths: { classic: vitLayersPaths.classic, new: vitLayersPaths.classic },
  linearPaths: { ...vitLinearPaths, 'intermediate.dense': { classic: 'mlp.fc1', new: 'mlp.fc1' }, 'output.dense': { classic: 'mlp.fc2', new: 'mlp.fc2' } },
  shortNames: { ...shortNames, 'intermediate.dense': { classic: 'fc1', new: 'fc1' }, 'output.dense': { classic: 'fc2', new: 'fc2' } },
  otherParts: { layernorm_before: 'norm1', layernorm_after: 'norm2' },
};

export const vitFamilies: Readonly<Record<ViTModelType, ViTFamily>> = {
  vit: { classifierClass: 'ViTForImageClassification', library: 'transformers.models.vit.modeling_vit', ...vitNames },
  deit: { classifierClass: 'DeiTForImageClassification', library: 'transformers.models.deit.modeling_deit', ...vitNames },
  dinov2: { classifierClass: 'Dinov2ForImageClassification', library: 'transformers.models.dinov2.modeling_dinov2', ...dinov2Names },
  dinov2_with_registers: {
    classifierClass: 'Dinov2WithRegistersForImageClassification',
    library: 'transformers.models.dinov2_with_registers.modeling_dinov2_with_registers',
    ...dinov2Names,
  },
};

/** The own name of a tensor stored under any name of its family, with or without prefix. */
export function ownTensorName(nameOnDisk: string, modelType: ViTModelType): string {
  const bare = nameOnDisk.replace(/^base_model\.model\./, '');
  const name = bare.startsWith(`${modelType}.`) ? bare.slice(modelType.length + 1) : bare;
  return renamePath(/^(?:encoder\.layer|layers)\.(\d+)\.(.+)\.([^.]+)$/, name, (path) => findOwnPath(path, vitFamilies[modelType]));
}

/** The name of a tensor in a full checkpoint: classic, with prefix, as both eras write and read it. */
export function checkpointTensorName(ownName: string, modelType: ViTModelType): string {
  const { linearPaths, otherParts } = vitFamilies[modelType];
  const classicPath = (path: string): string => {
    const target = loraTargetModules.find((candidate) => vitLinearPaths[candidate].classic === path);
    return target === undefined ? (otherParts[path] ?? path) : linearPaths[target].classic;
  };
  return `${modelType}.${renamePath(/^encoder\.layer\.(\d+)\.(.+)\.([^.]+)$/, ownName, classicPath)}`;
}

/** Renames the path within a layer; what lies outside the layers keeps its name. */
function renamePath(pattern: RegExp, name: string, rename: (path: string) => string): string {
  const match = pattern.exec(name);
  if (!match) return name;
  const [, layer, path, part] = match as unknown as [string, string, string, string];
  return `${vitLayersPaths.classic}.${layer}.${rename(path)}.${part}`;
}

function findOwnPath(path: string, { linearPaths, otherParts }: ViTFamily): string {
  const target = loraTargetModules.find((candidate) => linearPaths[candidate].classic === path || linearPaths[candidate].new === path);
  if (target !== undefined) return vitLinearPaths[target].classic;
  return Object.keys(otherParts).find((own) => otherParts[own] === path) ?? path;
}
