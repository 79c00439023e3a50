import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { findViTTensors, openCheckpoint, parseSafetensors, parseViTConfig, type BaseModel } from '@eyegazer/formats';
import type { HeadSpec, LoraAdaptation } from '@eyegazer/model';

/** The tiny ViT that PyTorch trained for three steps. */
export const goldenFolder = fileURLToPath(new URL('../../fixtures/golden', import.meta.url));

export interface GoldenStep {
  loss: number;
  logits: number[][];
  grads: Record<string, Nested>;
  params_after: Record<string, Nested>;
}

type Nested = number | Nested[];

export interface Golden {
  pixel_values: { shape: number[]; data: number[] };
  labels: number[];
  optimizer: { lr: number; betas: [number, number]; eps: number; weight_decay: number };
  steps: GoldenStep[];
  logits_after_3_steps: number[][];
}

export const golden = JSON.parse(readFileSync(join(goldenFolder, 'golden.json'), 'utf8')) as Golden;
export const goldenLora: LoraAdaptation = { method: 'lora', r: 2, loraAlpha: 4, loraDropout: 0, targetModules: ['query', 'value'], useRslora: false, layersToTransform: null };
export const goldenHead: HeadSpec = { kind: 'multiclass', numOutputs: 3, loss: 'crossEntropy' };
export const goldenPixels = Float32Array.from(golden.pixel_values.data);

/** The base model without the preprocessor the folder does not have. */
export async function loadModelWithoutPreprocessor(dir: string): Promise<BaseModel> {
  const config = parseViTConfig(JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')), 'config.json');
  const file = await openCheckpoint(dir);
  const tensors = findViTTensors(file, config);
  const { imageSize } = config;
  return {
    dir,
    config,
    pretrainedImageSize: imageSize,
    preprocessor: { size: { height: imageSize, width: imageSize }, centerCropFrom: null, resample: 'bilinear', doRescale: true, rescaleFactor: 1 / 255, doNormalize: true, imageMean: [0.5, 0.5, 0.5], imageStd: [0.5, 0.5, 0.5] },
    weightsPath: file.path,
    files: ['config.json', ...file.files],
    tensors,
    parameterCount: [...tensors.values()].reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0),
    readTensor: (name) => file.readTensor(tensors.get(name)?.nameInFile ?? name),
  };
}

/** Every float tensor of a safetensors file by name, as a copy that can be trained. */
export function readTensors(path: string): Map<string, Float32Array> {
  const file = parseSafetensors(readFileSync(path), path);
  return new Map([...file.tensors.keys()].map((name) => [name, Float32Array.from(file.readTensor(name))]));
}

export function flatten(nested: Nested): number[] {
  return typeof nested === 'number' ? [nested] : nested.flatMap(flatten);
}
