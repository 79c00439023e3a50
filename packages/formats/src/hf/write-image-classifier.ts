import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { classifierTensorNames } from '../peft/lora-tensor-names.js';
import { writeSafetensorsFile, type TensorSource } from '../safetensors/write-safetensors-file.js';
import type { FloatTensor } from '../safetensors/write-safetensors.js';
import { writePreprocessorConfig, type PreprocessorConfig } from './preprocessor-config.js';
import { writeViTConfig, type ViTConfig } from './vit-config.js';
import { checkpointTensorName, vitFamilies } from './vit-families.js';
import { vitTensorShapes } from './vit-tensor-shapes.js';

/** A base model with a head, to be written as one. */
export interface ImageClassifier {
  /** Of the model as trained: its image size is that of the position embeddings. */
  readonly config: ViTConfig;
  readonly preprocessor: PreprocessorConfig;
  /** Name of each output, in order. */
  readonly labels: readonly string[];
  readonly problemType: 'single_label_classification' | 'regression';
  /** Reads a tensor of the base model by its own name. */
  readonly readTensor: (name: string) => Promise<Float32Array>;
  /** Head under its names in an adapter; everything else is the base model's. */
  readonly head: ReadonlyMap<string, FloatTensor>;
}

/**
 * Writes a folder that `AutoModelForImageClassification.from_pretrained` and `AutoImageProcessor.from_pretrained` load:
 * config.json, model.safetensors, preprocessor_config.json. One tensor is in memory at a time.
 * @returns the names of the files
 * @throws AppError INTERNAL when a tensor has not the size that the config gives it, and what reading one throws
 */
export async function writeImageClassifier(folder: string, model: ImageClassifier): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), writeClassifierConfig(model));
  await writeSafetensorsFile(join(folder, 'model.safetensors'), listTensors(model));
  await writeFile(join(folder, 'preprocessor_config.json'), writePreprocessorConfig(model.preprocessor));
  return ['config.json', 'model.safetensors', 'preprocessor_config.json'];
}

function writeClassifierConfig({ config, labels, problemType }: ImageClassifier): string {
  const json: Record<string, unknown> = {
    ...(JSON.parse(writeViTConfig({ ...config, architectures: [vitFamilies[config.modelType].classifierClass] })) as Record<string, unknown>),
    id2label: Object.fromEntries(labels.map((label, id) => [String(id), label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
    problem_type: problemType,
  };
  const sorted = Object.fromEntries(Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}

function listTensors({ config, readTensor, head }: ImageClassifier): Map<string, TensorSource> {
  const { modelType, hiddenSize } = config;
  const tensors = new Map<string, TensorSource>();
  for (const [name, shape] of vitTensorShapes(config)) tensors.set(checkpointTensorName(name, modelType), { shape, read: () => readTensor(name) });
  for (const part of ['weight', 'bias'] as const) {
    const { shape, data } = head.get(classifierTensorNames[part])!;
    tensors.set(`classifier.${part}`, { shape, read: () => Promise.resolve(data) });
  }
  // Only pretraining uses it, but Transformers misses it in a DINOv2 without it.
  if (modelType === 'dinov2' || modelType === 'dinov2_with_registers') {
    tensors.set(checkpointTensorName('embeddings.mask_token', modelType), { shape: [1, hiddenSize], read: () => Promise.resolve(new Float32Array(hiddenSize)) });
  }
  return tensors;
}
