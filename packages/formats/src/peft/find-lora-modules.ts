/**
 * Which linear modules a list of `target_modules` means, by PEFT's own rule, and the reverse: a list that means
 * exactly given modules. Source: peft tuners/tuners_utils.py, `check_target_module_exists`.
 */
import { AppError, loraTargetModules, type LoraTargetModule } from '@eyegazer/core';
import type { ViTModelType } from '../hf/vit-config.js';
import { vitFamilies } from '../hf/vit-families.js';
import type { LoraConfig } from './lora-config.js';

/** One linear module of the ViT. */
export interface LoraModule {
  readonly layer: number;
  readonly target: LoraTargetModule;
}

/** The two eras of module names; see vit-families.ts. */
export type ModuleNaming = 'classic' | 'new';

/** What decides how modules are called in an adapter. */
export interface DiskNames {
  readonly modelType: ViTModelType;
  readonly naming: ModuleNaming;
}

/** How modules are called in memory, in every family. */
export const ownNames: DiskNames = { modelType: 'vit', naming: 'classic' };

/** `vit.encoder.layer.3.attention.attention.query`, or what it is called elsewhere. */
export function loraModuleName({ layer, target }: LoraModule, { modelType, naming }: DiskNames = ownNames): string {
  const { layersPaths, linearPaths } = vitFamilies[modelType];
  return `${modelType}.${layersPaths[naming]}.${layer}.${linearPaths[target][naming]}`;
}

/**
 * The modules that the config's entries mean in a ViT of so many layers, by layer, then in the order of `loraTargetModules`.
 * @throws AppError BAD_CONFIG for an entry that means none of them, or a layer that does not exist.
 */
export function findLoraModules(
  lora: Pick<LoraConfig, 'targetModules' | 'layersToTransform'>,
  { numHiddenLayers }: { readonly numHiddenLayers: number },
): LoraModule[] {
  const path = 'adapter.targetModules';
  const outside = lora.layersToTransform?.find((layer) => !Number.isInteger(layer) || layer < 0 || layer >= numHiddenLayers);
  if (outside !== undefined) {
    throw new AppError('BAD_CONFIG', `adapter.layersToTransform: expected layers 0 to ${numHiddenLayers - 1}, got ${outside}. Name layers that this base model has, or leave it out to adapt all.`, {
      path: 'adapter.layersToTransform',
    });
  }
  const modules = listLinearModules(numHiddenLayers);
  for (const entry of lora.targetModules) {
    if (!modules.some((module) => isNamedBy(loraModuleName(module), entry))) {
      throw new AppError(
        'BAD_CONFIG',
        `${path}: expected names of linear modules of a layer, got "${entry}", which matches none of the ${modules.length}. Use some of ${loraTargetModules.join(', ')}, or all-linear.`,
        { path },
      );
    }
  }
  const found = modules.filter((module) => isTargeted(module, ownNames, lora));
  if (found.length === 0) throw new AppError('BAD_CONFIG', `${path}: expected at least one module to adapt, got none. Use some of ${loraTargetModules.join(', ')}, or all-linear.`, { path });
  return found;
}

/** Whether PEFT would adapt this module in a model whose modules bear these names. */
export function isTargeted(module: LoraModule, names: DiskNames, lora: Pick<LoraConfig, 'targetModules' | 'layersToTransform'>): boolean {
  const { targetModules, layersToTransform } = lora;
  const name = loraModuleName(module, names);
  if (targetModules.includes(name)) return true; // PEFT asks for the layer only after a match by suffix
  const inLayers = layersToTransform === null || layersToTransform.length === 0 || layersToTransform.includes(module.layer);
  return inLayers && targetModules.some((entry) => name.endsWith(`.${entry}`));
}

/**
 * Entries of `target_modules` that mean exactly `modules`, sorted. A name that would mean more than that (`output.dense`
 * without `attention.output.dense`, or one layer of several) is spelled out in full, layer by layer.
 * `isWhole` says whether a target is adapted in every layer that the config speaks of.
 */
export function listTargetEntries(modules: readonly LoraModule[], names: DiskNames, isWhole: (target: LoraTargetModule) => boolean): string[] {
  const { shortNames } = vitFamilies[names.modelType];
  const entries = modules.map((module) => {
    const short = shortNames[module.target][names.naming];
    const meant = loraTargetModules.filter((target) => isNamedBy(loraModuleName({ layer: module.layer, target }, names), short));
    return meant.every(isWhole) ? short : loraModuleName(module, names);
  });
  return [...new Set(entries)].sort();
}

function isNamedBy(name: string, entry: string): boolean {
  return name === entry || name.endsWith(`.${entry}`);
}

function listLinearModules(numHiddenLayers: number): LoraModule[] {
  return Array.from({ length: numHiddenLayers }, (_, layer) => loraTargetModules.map((target) => ({ layer, target }))).flat();
}
