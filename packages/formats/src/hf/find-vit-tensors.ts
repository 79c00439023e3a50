import { AppError } from '@eyegazer/core';
import { floatDtypes, isFloatDtype, type FloatDtype } from '../safetensors/dtypes.js';
import { explainForeignTensors } from './foreign-weights.js';
import type { Checkpoint, StoredTensor } from './open-checkpoint.js';
import type { ViTConfig } from './vit-config.js';
import { checkpointTensorName, ownTensorName } from './vit-families.js';
import { vitTensorShapes } from './vit-tensor-shapes.js';

/** A tensor of the base model, where it lies, and the name its file knows it by. */
export interface ViTTensor extends StoredTensor {
  readonly dtype: FloatDtype;
  readonly nameInFile: string;
  /**
   * Whether the bytes in the file are the tensor's float32 values, to be mapped as they are. Others (of half precision, at
   * an odd place, or positions made for another image size) are had from `BaseModel.readTensor` alone; their place is that of their source.
   */
  readonly isInPlace: boolean;
}

/** Own name (`encoder.layer.0.attention.attention.query.weight`, see vit-families.ts) -> tensor; no head, no pooler. */
export type ViTTensors = ReadonlyMap<string, ViTTensor>;

/**
 * Finds every tensor of a model in its checkpoint, stored with or without the family's prefix, under classic or new names.
 * A head or pooler in the file is ignored: the head is trained anew, the pooler is not used.
 * @throws AppError BAD_MODEL naming tensors that are missing, stored twice, of another shape or of no float dtype.
 */
export function findViTTensors({ path, tensors }: Pick<Checkpoint, 'path' | 'tensors'>, config: ViTConfig): ViTTensors {
  const foreign = explainForeignTensors(tensors.keys());
  if (foreign !== undefined) throw new AppError('BAD_MODEL', `${path}: ${foreign}`);
  const stored = new Map<string, NamedTensor>();
  for (const [nameInFile, entry] of tensors) {
    const name = ownTensorName(nameInFile, config.modelType);
    const other = stored.get(name);
    if (other) {
      throw new AppError('BAD_MODEL', `${path}: expected one tensor for "${name}", got two: "${other.nameInFile}" and "${nameInFile}".`);
    }
    stored.set(name, { ...entry, nameInFile });
  }
  const found = new Map<string, ViTTensor>();
  const missing: string[] = [];
  for (const [name, shape] of vitTensorShapes(config)) {
    const tensor = stored.get(name);
    if (!tensor) {
      missing.push(checkpointTensorName(name, config.modelType));
      continue;
    }
    found.set(name, checkTensor(tensor, shape));
  }
  if (missing.length > 0) {
    const list = missing.length > 6 ? `${missing.slice(0, 6).join(', ')} and ${missing.length - 6} more` : missing.join(', ');
    throw new AppError('BAD_MODEL', `${path}: expected the tensors of the ${config.modelType} model its config.json describes, found no ${list}.`, {
      details: { missing },
    });
  }
  return found;
}

type NamedTensor = StoredTensor & Pick<ViTTensor, 'nameInFile'>;

function checkTensor(tensor: NamedTensor, expected: readonly number[]): ViTTensor {
  const { nameInFile, shape, dtype, path } = tensor;
  if (shape.length !== expected.length || shape.some((size, i) => size !== expected[i])) {
    throw new AppError(
      'BAD_MODEL',
      `${path}: tensor "${nameInFile}": expected shape [${expected.join(', ')}] from config.json, got [${shape.join(', ')}]. The two files belong to different models.`,
    );
  }
  if (!isFloatDtype(dtype)) {
    throw new AppError('BAD_MODEL', `${path}: tensor "${nameInFile}": expected dtype ${floatDtypes.join(', ')}, got ${dtype}. Save the model as float32.`);
  }
  return { ...tensor, dtype, isInPlace: dtype === 'F32' && tensor.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0 };
}
