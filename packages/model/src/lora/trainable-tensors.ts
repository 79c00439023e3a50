import { createRandomKey, randomNormal, randomUniform } from '@eyegazer/core';
import { classifierTensorNames, type BaseModel, type ViTConfig } from '@eyegazer/formats';
import type { Adaptation } from '../adaptation/adaptation.js';
import { trainableShapes, type StepSpec } from '../vit/step-inputs.js';

export interface TrainableTensor {
  shape: readonly number[];
  data: Float32Array;
}

/** Tensors that train, by the names of `trainableShapes`. */
export type TrainableTensors = Map<string, TrainableTensor>;

export interface FreshOptions {
  adaptation: Exclude<Adaptation, { method: 'full' }>;
  head: StepSpec['head'];
  seed: number;
}

/**
 * Fresh trainable tensors, drawn as PEFT and Transformers draw them: A uniform on +-1/sqrt(in), B zero, head weight normal
 * with the model's initializerRange, head bias zero. The same seed gives the same bits.
 * Source: peft tuners/lora/layer.py `reset_lora_parameters`; transformers modeling_utils.py `_init_weights` (up to 4.x a normal
 * cut at +-2, which is a hundred times initializerRange: the same).
 */
export function createTrainableTensors(config: ViTConfig, { adaptation, head, seed }: FreshOptions): TrainableTensors {
  const tensors: TrainableTensors = new Map();
  for (const [name, shape] of trainableShapes({ config, adaptation, head })) {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    const key = createRandomKey(seed, 'init', name);
    if (name.endsWith('.lora_A.weight')) {
      const bound = 1 / Math.sqrt(shape[1] ?? 1);
      for (let i = 0; i < data.length; i++) data[i] = (2 * randomUniform(key, i) - 1) * bound;
    } else if (name === classifierTensorNames.weight) {
      for (let i = 0; i < data.length; i++) data[i] = randomNormal(key, i) * config.initializerRange;
    }
    tensors.set(name, { shape, data });
  }
  return tensors;
}

/**
 * What a run starts from: fresh tensors, and for `full` a copy of every tensor of the base model beside a fresh head.
 * @throws AppError BAD_FILE when the base model's file cannot be read
 */
export async function loadTrainableTensors(model: Pick<BaseModel, 'config' | 'readTensor'>, options: Omit<FreshOptions, 'adaptation'> & { adaptation: Adaptation }): Promise<TrainableTensors> {
  const { adaptation, head, seed } = options;
  if (adaptation.method !== 'full') return createTrainableTensors(model.config, { adaptation, head, seed });
  const tensors = createTrainableTensors(model.config, { adaptation: { method: 'head' }, head, seed });
  for (const [name, shape] of trainableShapes({ config: model.config, adaptation, head })) {
    if (!tensors.has(name)) tensors.set(name, { shape, data: Float32Array.from(await model.readTensor(name)) });
  }
  return tensors;
}
