import { join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { readJson } from '../json/read-json.js';
import { openSafetensors } from '../safetensors/open-safetensors.js';
import { findViTTensors, type ViTTensors } from './find-vit-tensors.js';
import { parsePreprocessorConfig, type PreprocessorConfig } from './preprocessor-config.js';
import { parseViTConfig, type ViTConfig } from './vit-config.js';

/** A Hugging Face ViT folder, checked; the weights stay on disk and are read in place. */
export interface BaseModel {
  readonly dir: string;
  readonly config: ViTConfig;
  readonly preprocessor: PreprocessorConfig;
  readonly weightsPath: string;
  readonly tensors: ViTTensors;
  /** Weights without head and pooler. */
  readonly parameterCount: number;
  /** Reads a tensor, by its name in `tensors`, as float32. */
  readonly readTensor: (name: string) => Promise<Float32Array>;
}

/**
 * Loads config.json, preprocessor_config.json and the header of model.safetensors, and checks them together.
 * @throws AppError BAD_FILE for a file that is missing or broken, BAD_MODEL for a model that cannot be trained here.
 */
export async function loadBaseModel(dir: string): Promise<BaseModel> {
  const configPath = join(dir, 'config.json');
  const preprocessorPath = join(dir, 'preprocessor_config.json');
  const weightsPath = join(dir, 'model.safetensors');
  const config = parseViTConfig(await readJson(configPath), configPath);
  const preprocessor = parsePreprocessorConfig(await readJson(preprocessorPath), preprocessorPath);
  const { height, width } = preprocessor.size;
  if (height !== config.imageSize || width !== config.imageSize) {
    throw new AppError(
      'BAD_MODEL',
      `${preprocessorPath}: size: expected the image_size ${config.imageSize} of config.json, got ${height} x ${width}.`,
      { path: 'size' },
    );
  }
  const file = await openSafetensors(weightsPath);
  const tensors = findViTTensors(file, config);
  let parameterCount = 0;
  for (const { shape } of tensors.values()) parameterCount += shape.reduce((product, size) => product * size, 1);
  return {
    dir,
    config,
    preprocessor,
    weightsPath,
    tensors,
    parameterCount,
    readTensor: (name) => file.readTensor(tensors.get(name)?.nameInFile ?? name),
  };
}
