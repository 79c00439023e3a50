import { join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { readJson } from '../json/read-json.js';
import { findViTTensors, type ViTTensors } from './find-vit-tensors.js';
import { interpolatePositions } from './interpolate-positions.js';
import { openCheckpoint, type Checkpoint } from './open-checkpoint.js';
import { parsePreprocessorConfig, scalePreprocessor, type PreprocessorConfig } from './preprocessor-config.js';
import { countRegisterTokens, parseViTConfig, type ViTConfig } from './vit-config.js';

/** A Hugging Face ViT folder, checked; the weights stay on disk and are read in place. */
export interface BaseModel {
  readonly dir: string;
  /** For the image size asked for, as everything below. */
  readonly config: ViTConfig;
  /** Pixels of a side that config.json says; the position embeddings on disk are made for it. */
  readonly pretrainedImageSize: number;
  readonly preprocessor: PreprocessorConfig;
  /** The file that messages name: model.safetensors, or the index of its shards. */
  readonly weightsPath: string;
  /** Names of the files in `dir` that make the model. */
  readonly files: readonly string[];
  readonly tensors: ViTTensors;
  /** Weights without head and pooler. */
  readonly parameterCount: number;
  /** Reads a tensor, by its name in `tensors`, as float32. */
  readonly readTensor: (name: string) => Promise<Float32Array>;
}

export interface LoadOptions {
  /** Pixels of a side; `defaultImageSize` when left out. Position embeddings are interpolated where it is not the pretrained size. */
  readonly imageSize?: number | undefined;
}

const positionsName = 'embeddings.position_embeddings';

/**
 * Loads config.json, preprocessor_config.json and the header of model.safetensors or of its shards, and checks them together.
 * @throws AppError BAD_FILE for a file that is missing or broken, BAD_MODEL for a model that cannot be trained here,
 *   BAD_CONFIG for an image size that is no multiple of the patch size.
 */
export async function loadBaseModel(dir: string, options: LoadOptions = {}): Promise<BaseModel> {
  const configPath = join(dir, 'config.json');
  const preprocessorPath = join(dir, 'preprocessor_config.json');
  const checkpoint = await openCheckpoint(dir);
  const pretrained = parseViTConfig(await readJson(configPath), configPath);
  const preprocessor = parsePreprocessorConfig(await readJson(preprocessorPath), preprocessorPath, pretrained.modelType);
  const imageSize = options.imageSize ?? defaultImageSize(pretrained, preprocessor, preprocessorPath);
  checkImageSize(pretrained, imageSize);
  const config = { ...pretrained, imageSize };
  const { tensors, readTensor } = fitPositions(checkpoint, pretrained, imageSize);
  let parameterCount = 0;
  for (const { shape } of tensors.values()) parameterCount += shape.reduce((product, size) => product * size, 1);
  return {
    dir,
    config,
    pretrainedImageSize: pretrained.imageSize,
    preprocessor: imageSize === preprocessor.size.height ? preprocessor : scalePreprocessor(preprocessor, imageSize),
    weightsPath: checkpoint.path,
    files: ['config.json', 'preprocessor_config.json', ...checkpoint.files],
    tensors,
    parameterCount,
    readTensor,
  };
}

/**
 * The image size of a model of which none is asked for: what its preprocessor makes. For DINOv2 that may be another than
 * the pretrained one: Transformers interpolates there by itself; for the others it refuses, and so does this.
 * @throws AppError BAD_MODEL naming the preprocessor's file
 */
export function defaultImageSize(config: ViTConfig, { size: { height, width } }: PreprocessorConfig, preprocessorPath: string): number {
  const isFree = config.modelType === 'dinov2' || config.modelType === 'dinov2_with_registers';
  if (height === width && (isFree ? height % config.patchSize === 0 : height === config.imageSize)) return height;
  const expected = isFree ? `a square of a multiple of the patch size ${config.patchSize}` : `the image_size ${config.imageSize} of config.json`;
  throw new AppError('BAD_MODEL', `${preprocessorPath}: size: expected ${expected}, got ${height} x ${width}. Set model.imageSize to train at another size.`, {
    path: 'size',
  });
}

/** @throws AppError BAD_CONFIG naming the nearest size that fits */
export function checkImageSize({ patchSize }: Pick<ViTConfig, 'patchSize'>, imageSize: number): void {
  if (Number.isInteger(imageSize) && imageSize > 0 && imageSize % patchSize === 0) return;
  const nearest = Math.max(1, Math.round(imageSize / patchSize)) * patchSize;
  throw new AppError('BAD_CONFIG', `model.imageSize: expected a multiple of the model's patch size ${patchSize}, got ${imageSize}. The nearest is ${nearest}.`, {
    path: 'model.imageSize',
  });
}

/** The tensors of a checkpoint for an image size: those it holds, the positions interpolated where need be. */
function fitPositions(checkpoint: Checkpoint, pretrained: ViTConfig, imageSize: number): Pick<BaseModel, 'tensors' | 'readTensor'> {
  const stored = findViTTensors(checkpoint, pretrained);
  const readStored = (name: string): Promise<Float32Array> => checkpoint.readTensor(stored.get(name)?.nameInFile ?? name);
  const positions = stored.get(positionsName);
  if (imageSize === pretrained.imageSize || positions === undefined) return { tensors: stored, readTensor: readStored };
  const { patchSize, hiddenSize, modelType, numPrefixTokens } = pretrained;
  const grid = {
    numPrefix: numPrefixTokens - countRegisterTokens(pretrained),
    from: pretrained.imageSize / patchSize,
    to: imageSize / patchSize,
    hiddenSize,
    antialias: modelType === 'dinov2_with_registers',
  };
  const shape = [1, grid.numPrefix + grid.to ** 2, hiddenSize];
  return {
    tensors: new Map([...stored, [positionsName, { ...positions, shape, isInPlace: false }]]),
    readTensor: async (name) => (name === positionsName ? interpolatePositions(await readStored(name), grid) : readStored(name)),
  };
}
