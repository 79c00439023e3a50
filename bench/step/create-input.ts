import { createRandomKey, randomNormal } from '@eyegazer/core';
import type { StepInput } from '@eyegazer/engine';
import type { BaseModel } from '@eyegazer/formats';
import { createTrainableTensors, type HeadSpec, type LoraAdaptation } from '@eyegazer/model';
import type { StepCase } from './step-cases.js';

/** What every benchmark trains. */
export const adaptation: LoraAdaptation = { method: 'lora', r: 16, loraAlpha: 16, loraDropout: 0.1, targetModules: ['query', 'value'], useRslora: false, layersToTransform: null };
export const head: HeadSpec = { kind: 'multiclass', numOutputs: 5, loss: 'crossEntropy' };

/** Random images, B off zero so that nothing is skipped by being zero. */
export function createInput(model: BaseModel, firstSample: number, { microBatch, batch }: Pick<StepCase, 'microBatch' | 'batch'>): StepInput {
  const { imageSize, numChannels } = model.config;
  const key = createRandomKey(1, 'pixels', firstSample);
  const pixels = Float32Array.from({ length: microBatch * numChannels * imageSize ** 2 }, (_, i) => randomNormal(key, i));
  const tensors = createTrainableTensors(model.config, { adaptation, head, seed: 1 });
  for (const [name, { data }] of tensors) {
    const ownKey = createRandomKey(2, name);
    if (name.includes('lora_B')) data.forEach((_, i) => (data[i] = 0.02 * randomNormal(ownKey, i)));
  }
  const samples = Array.from({ length: microBatch }, (_, i) => firstSample + i);
  return {
    pixels,
    targets: samples.map((sample) => sample % head.numOutputs),
    sampleWeights: samples.map(() => 1 / batch),
    dropout: { seed: 1, update: 0, sampleIds: samples },
    trainable: new Map([...tensors].map(([name, { data }]) => [name, data])),
  };
}
