import { AppError } from '@eyegazer/core';
import { floatDtypes, isFloatDtype } from '../safetensors/dtypes.js';
import type { SafetensorsFile } from '../safetensors/open-safetensors.js';
import type { TensorEntry } from '../safetensors/parse-header.js';
import type { ViTConfig } from './vit-config.js';
import { vitLayersPaths, vitLinearPaths } from './vit-linear-paths.js';
import { vitTensorShapes } from './vit-tensor-shapes.js';

/** A tensor of the base model, and the name `readTensor` of its file knows it by. */
export type ViTTensor = TensorEntry & { readonly nameInFile: string };

/** Classic name without `vit.` (`encoder.layer.0.attention.attention.query.weight`) -> tensor; no head, no pooler. */
export type ViTTensors = ReadonlyMap<string, ViTTensor>;

/**
 * Finds every tensor of a ViT in a checkpoint, stored with or without `vit.`, under classic or new names.
 * A head or pooler in the file is ignored: the head is trained anew, the pooler is not used.
 * @throws AppError BAD_MODEL naming tensors that are missing, stored twice, of another shape or of no float dtype.
 */
export function findViTTensors(file: Pick<SafetensorsFile, 'path' | 'tensors'>, config: ViTConfig): ViTTensors {
  const stored = new Map<string, ViTTensor>();
  for (const [nameInFile, entry] of file.tensors) {
    const name = classicName(nameInFile);
    const other = stored.get(name);
    if (other) {
      throw new AppError('BAD_MODEL', `${file.path}: expected one tensor for "${name}", got two: "${other.nameInFile}" and "${nameInFile}".`);
    }
    stored.set(name, { ...entry, nameInFile });
  }
  const found = new Map<string, ViTTensor>();
  const missing: string[] = [];
  for (const [name, shape] of vitTensorShapes(config)) {
    const tensor = stored.get(name);
    if (!tensor) {
      missing.push(name);
      continue;
    }
    checkTensor(tensor, shape, file.path);
    found.set(name, tensor);
  }
  if (missing.length > 0) {
    const list = missing.length > 6 ? `${missing.slice(0, 6).join(', ')} and ${missing.length - 6} more` : missing.join(', ');
    throw new AppError('BAD_MODEL', `${file.path}: expected the tensors of the ViT its config.json describes, found no ${list}.`, {
      details: { missing },
    });
  }
  return found;
}

function checkTensor({ nameInFile, shape, dtype }: ViTTensor, expected: readonly number[], path: string): void {
  if (shape.length !== expected.length || shape.some((size, i) => size !== expected[i])) {
    throw new AppError(
      'BAD_MODEL',
      `${path}: tensor "${nameInFile}": expected shape [${expected.join(', ')}] from config.json, got [${shape.join(', ')}]. The two files belong to different models.`,
    );
  }
  if (!isFloatDtype(dtype)) {
    throw new AppError('BAD_MODEL', `${path}: tensor "${nameInFile}": expected dtype ${floatDtypes.join(', ')}, got ${dtype}. Save the model as float32.`);
  }
}

const classicByNewPath = new Map(Object.values(vitLinearPaths).map((paths) => [paths.new, paths.classic]));

/** The classic name, without `base_model.model.` and `vit.`, of a tensor stored under either name. */
function classicName(nameInFile: string): string {
  const name = nameInFile.replace(/^base_model\.model\./, '').replace(/^vit\./, '');
  const match = /^(?:encoder\.layer|layers)\.(\d+)\.(.+)\.(weight|bias)$/.exec(name);
  if (!match) return name;
  const [, layer, path, part] = match as unknown as [string, string, string, string];
  return `${vitLayersPaths.classic}.${layer}.${classicByNewPath.get(path) ?? path}.${part}`;
}
