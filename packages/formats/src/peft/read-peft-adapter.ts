import { join } from 'node:path';
import { AppError, loraTargetModules, type LoraTargetModule } from '@eyegazer/core';
import { vitModelTypes, type ViTModelType } from '../hf/vit-config.js';
import { vitFamilies } from '../hf/vit-families.js';
import { readJson } from '../json/read-json.js';
import { openSafetensors, type SafetensorsFile } from '../safetensors/open-safetensors.js';
import type { FloatTensor } from '../safetensors/write-safetensors.js';
import { parseAdapterConfig, type AdapterConfigFile } from './adapter-config.js';
import { isTargeted, listTargetEntries, ownNames, type DiskNames, type LoraModule, type ModuleNaming } from './find-lora-modules.js';
import type { LoraConfig } from './lora-config.js';
import { classifierTensorNames, loraTensorName } from './lora-tensor-names.js';

export interface ReadAdapter {
  /** The family of the base model, from the tensors' names. */
  readonly modelType: ViTModelType;
  /** `targetModules` in names of plain ViT, whatever the family and the naming on disk. */
  readonly lora: LoraConfig;
  readonly baseModelNameOrPath: string | null;
  /** By names in memory, see `loraTensorName`; in alphabetical order of those on disk. */
  readonly tensors: ReadonlyMap<string, FloatTensor>;
  readonly warnings: readonly string[];
}

type LoraPart = 'lora_A' | 'lora_B';

const eras: readonly ModuleNaming[] = ['classic', 'new'];

/**
 * Reads a PEFT LoRA adapter of a ViT classifier, under classic, new or both names.
 * @throws AppError BAD_FILE for files that are missing, broken or contradict each other, UNSUPPORTED with the
 *   field's name as path for LoRA variants such as DoRA.
 */
export async function readPeftAdapter(dir: string): Promise<ReadAdapter> {
  const configPath = join(dir, 'adapter_config.json');
  const { lora, baseModelNameOrPath, warnings } = parseAdapterConfig(await readJson(configPath), configPath);
  const file = await openSafetensors(join(dir, 'adapter_model.safetensors'));
  const tensors = new Map<string, FloatTensor>();
  const modules = new Map<string, LoraModule>();
  const modelTypes = new Set<ViTModelType>();
  for (const [nameOnDisk, { shape }] of [...file.tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parsed = parseTensorName(nameOnDisk, file.path);
    if (parsed) modelTypes.add(parsed.names.modelType);
    if (parsed && !isListed(parsed.module, parsed.names, lora)) {
      throw badAdapter(file, `tensor "${nameOnDisk}": expected its module among target_modules of adapter_config.json, where it is not`);
    }
    const name = parsed ? loraTensorName(parsed.module, parsed.part) : nameOnDisk;
    const tensor = { shape, data: await file.readTensor(nameOnDisk) };
    const other = tensors.get(name);
    if (other && !isSame(other, tensor)) throw badAdapter(file, `tensor "${nameOnDisk}": expected the values stored under its other name, got others`);
    tensors.set(name, tensor);
    if (parsed) modules.set(`${parsed.module.layer} ${parsed.module.target}`, parsed.module);
  }
  const [modelType, other] = modelTypes;
  if (modelType === undefined) throw badAdapter(file, 'expected LoRA tensors, found none');
  if (other !== undefined) throw badAdapter(file, `expected tensors of one family of models, got ${modelType} and ${other}`);
  const adapter = { lora, modelType, modules: [...modules.values()] };
  checkComplete(file, tensors, adapter);
  const targetModules = listTargetEntries(adapter.modules, ownNames, (target) => isWhole(target, adapter));
  return { modelType, lora: { ...lora, targetModules }, baseModelNameOrPath, tensors, warnings };
}

/** The module and part a LoRA tensor belongs to; undefined for the head. */
function parseTensorName(name: string, path: string): { module: LoraModule; part: LoraPart; names: DiskNames } | undefined {
  if (name === classifierTensorNames.weight || name === classifierTensorNames.bias) return undefined;
  if (name.includes('lora_magnitude_vector')) {
    throw new AppError('UNSUPPORTED', `${path}: tensor "${name}" belongs to a DoRA adapter (use_dora). Only plain LoRA and rsLoRA adapters can be read.`, {
      path: 'use_dora',
    });
  }
  const match = /^base_model\.model\.([^.]+)\.(encoder\.layer|layers)\.(0|[1-9]\d{0,3})\.(.+)\.(lora_A|lora_B)\.weight$/.exec(name);
  if (match) {
    const [, prefix, layers, layer, modulePath, part] = match as unknown as [string, string, string, string, string, LoraPart];
    const modelType = vitModelTypes.find((candidate) => candidate === prefix);
    if (modelType !== undefined) {
      const { layersPaths, linearPaths } = vitFamilies[modelType];
      for (const naming of eras) {
        const target = loraTargetModules.find((candidate) => layersPaths[naming] === layers && linearPaths[candidate][naming] === modulePath);
        if (target) return { module: { layer: Number(layer), target }, part, names: { modelType, naming } };
      }
    }
  }
  throw new AppError('BAD_FILE', `${path}: expected LoRA tensors of a ViT's linear layers and a classifier, got "${name}".`);
}

/** What config and tensors say together. */
interface Adapter {
  readonly modelType: ViTModelType;
  readonly lora: AdapterConfigFile['lora'];
  readonly modules: readonly LoraModule[];
}

/** Whether the config means a module; a regular expression is not evaluated: the tensors say what it means. */
function isListed(module: LoraModule, names: DiskNames, { targetModules, layersToTransform }: AdapterConfigFile['lora']): boolean {
  return targetModules === null || isTargeted(module, names, { targetModules, layersToTransform });
}

/**
 * Whether a target is adapted in every layer, however many the base model has: then the config, if it names no layers,
 * would mean the layer after the last one too.
 */
function isWhole(target: LoraTargetModule, adapter: Adapter): boolean {
  const { lora, modules } = adapter;
  const layers = adaptedLayers(adapter);
  if (!layers.every((layer) => modules.some((module) => module.layer === layer && module.target === target))) return false;
  if (namesLayers(lora)) return true;
  const next = { layer: layers.length, target };
  return lora.targetModules !== null && isMeant(next, adapter);
}

/** Whether the config means a module under the names of either era. */
function isMeant(module: LoraModule, { lora, modelType }: Pick<Adapter, 'lora' | 'modelType'>): boolean {
  return eras.some((naming) => isListed(module, { modelType, naming }, lora));
}

function namesLayers({ layersToTransform }: AdapterConfigFile['lora']): boolean {
  return layersToTransform !== null && layersToTransform.length > 0;
}

/** The layers an entry speaks of: those named in the config, else all up to the last one that has tensors. */
function adaptedLayers({ lora, modules }: Pick<Adapter, 'lora' | 'modules'>): readonly number[] {
  if (namesLayers(lora)) return lora.layersToTransform!;
  return Array.from({ length: Math.max(...modules.map(({ layer }) => layer)) + 1 }, (_, layer) => layer);
}

/** Every module meant has its A and B of rank r, and the head is there. */
function checkComplete(file: SafetensorsFile, tensors: ReadonlyMap<string, FloatTensor>, { lora, modules, modelType }: Adapter): void {
  const all = adaptedLayers({ lora, modules }).flatMap((layer) => loraTargetModules.map((target) => ({ layer, target })));
  const meant = lora.targetModules === null ? [] : all.filter((module) => isMeant(module, { lora, modelType }));
  const need = (name: string, isRight: (shape: readonly number[]) => boolean, expected: string): void => {
    const tensor = tensors.get(name);
    if (!tensor) throw badAdapter(file, `expected a tensor "${name}" for what adapter_config.json says, found none`);
    if (!isRight(tensor.shape)) throw badAdapter(file, `tensor "${name}": expected shape ${expected}, got [${tensor.shape.join(', ')}]`);
  };
  for (const module of [...modules, ...meant]) {
    need(loraTensorName(module, 'lora_A'), (shape) => shape.length === 2 && shape[0] === lora.r, `[${lora.r}, in]`);
    need(loraTensorName(module, 'lora_B'), (shape) => shape.length === 2 && shape[1] === lora.r, `[out, ${lora.r}]`);
  }
  const numOutputs = tensors.get(classifierTensorNames.weight)?.shape[0];
  need(classifierTensorNames.weight, (shape) => shape.length === 2, '[outputs, hidden size]');
  need(classifierTensorNames.bias, (shape) => shape.length === 1 && shape[0] === numOutputs, `[${numOutputs}]`);
}

function isSame(a: FloatTensor, b: FloatTensor): boolean {
  return a.shape.join() === b.shape.join() && a.data.every((value, i) => Object.is(value, b.data[i]));
}

function badAdapter(file: SafetensorsFile, problem: string): AppError {
  return new AppError('BAD_FILE', `${file.path}: ${problem}. Export the adapter again.`);
}
