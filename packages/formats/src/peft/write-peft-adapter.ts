import { AppError, type LoraTargetModule } from '@eyegazer/core';
import type { ViTConfig } from '../hf/vit-config.js';
import { writeSafetensors, type FloatTensor } from '../safetensors/write-safetensors.js';
import { writeAdapterConfig } from './adapter-config.js';
import { findLoraModules, listTargetEntries, type DiskNames, type ModuleNaming } from './find-lora-modules.js';
import type { LoraConfig } from './lora-config.js';
import { classifierTensorNames, loraTensorName, loraTensorShapes } from './lora-tensor-names.js';

/** `classic` loads in Transformers up to 5.8, `new` from 5.9 on, `dual` in both with plain calls. */
export type AdapterNaming = 'dual' | ModuleNaming;

export interface PeftAdapter {
  readonly config: ViTConfig;
  readonly lora: LoraConfig;
  /** A hub id, or a path on the machine that will load the adapter. */
  readonly baseModelNameOrPath: string;
  readonly naming: AdapterNaming;
  /** By names in memory, as `loraTensorShapes` lists them. */
  readonly tensors: ReadonlyMap<string, FloatTensor>;
}

/**
 * Encodes an adapter folder: adapter_config.json and adapter_model.safetensors. `target_modules` means, in either
 * era, exactly the modules the tensors belong to.
 * @throws AppError INTERNAL when the tensors are not those of the config, BAD_CONFIG when the config does not fit the ViT.
 */
export function writePeftAdapter({ config, lora, baseModelNameOrPath, naming, tensors }: PeftAdapter): Map<string, Uint8Array> {
  const numOutputs = tensors.get(classifierTensorNames.bias)?.shape[0] ?? 0;
  checkTensors(tensors, loraTensorShapes(config, lora, numOutputs));
  const modules = findLoraModules(lora, config);
  const layers = Array.from({ length: config.numHiddenLayers }, (_, layer) => layer).filter((layer) => lora.layersToTransform?.includes(layer) ?? true);
  const namings: readonly ModuleNaming[] = naming === 'dual' ? ['classic', 'new'] : [naming];
  const names = namings.map((era): DiskNames => ({ modelType: config.modelType, naming: era }));
  const adapted = new Set(modules.map(({ layer, target }) => `${layer} ${target}`));
  const isWhole = (target: LoraTargetModule): boolean => layers.every((layer) => adapted.has(`${layer} ${target}`));
  const targetModules = [...new Set(names.flatMap((era) => listTargetEntries(modules, era, isWhole)))].sort();

  const named = new Map<string, FloatTensor>(Object.values(classifierTensorNames).map((name) => [name, tensors.get(name)!]));
  for (const module of modules) {
    for (const part of ['lora_A', 'lora_B'] as const) {
      for (const era of names) named.set(loraTensorName(module, part, era), tensors.get(loraTensorName(module, part))!);
    }
  }
  return new Map([
    ['adapter_config.json', new TextEncoder().encode(writeAdapterConfig({ ...lora, targetModules }, { baseModelNameOrPath, modelType: config.modelType }))],
    ['adapter_model.safetensors', writeSafetensors(named)],
  ]);
}

function checkTensors(tensors: ReadonlyMap<string, FloatTensor>, shapes: ReadonlyMap<string, readonly number[]>): void {
  for (const [name, expected] of shapes) {
    const shape = tensors.get(name)?.shape.join(', ');
    if (shape !== expected.join(', ')) {
      throw new AppError('INTERNAL', `Adapter tensor "${name}": expected shape [${expected.join(', ')}], got ${shape === undefined ? 'none' : `[${shape}]`}.`);
    }
  }
  const surplus = [...tensors.keys()].find((name) => !shapes.has(name));
  if (surplus !== undefined) throw new AppError('INTERNAL', `Adapter tensor "${surplus}": expected no such tensor for these targets.`);
}
