import { createRandomKey, randomNormal, randomUniform } from '@eyegazer/core';
import { classifierTensorNames, type ViTConfig } from '@eyegazer/formats';
import { trainableShapes, type StepSpec } from '../vit/step-inputs.js';

export interface TrainableTensor {
  shape: readonly number[];
  data: Float32Array;
}

/** Classic adapter name on disk (`base_model.model.vit.encoder.layer.0...lora_A.weight`) -> tensor. */
export type TrainableTensors = Map<string, TrainableTensor>;

/**
 * Fresh trainable tensors, drawn as PEFT and Transformers draw them: A uniform on +-1/sqrt(in), B zero, head weight normal
 * with the model's initializerRange cut at two standard deviations, head bias zero. The same seed gives the same bits.
 */
export function createTrainableTensors(config: ViTConfig, { adaptation, head, seed }: Pick<StepSpec, 'adaptation' | 'head'> & { seed: number }): TrainableTensors {
  const tensors: TrainableTensors = new Map();
  for (const [name, shape] of trainableShapes({ config, adaptation, head })) {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    const key = createRandomKey(seed, 'init', name);
    if (name.endsWith('.lora_A.weight')) {
      const bound = 1 / Math.sqrt(shape[1] ?? 1);
      for (let i = 0; i < data.length; i++) data[i] = (2 * randomUniform(key, i) - 1) * bound;
    } else if (name === classifierTensorNames.weight) {
      fillTruncatedNormal(data, key, config.initializerRange);
    }
    tensors.set(name, { shape, data });
  }
  return tensors;
}

/** Draws again whatever falls outside two standard deviations. */
function fillTruncatedNormal(data: Float32Array, key: ReturnType<typeof createRandomKey>, std: number): void {
  let counter = 0;
  for (let i = 0; i < data.length; i++) {
    let value: number;
    do value = randomNormal(key, counter++);
    while (Math.abs(value) > 2);
    data[i] = value * std;
  }
}
