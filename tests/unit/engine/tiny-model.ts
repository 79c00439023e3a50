import { join } from 'node:path';
import type { SessionOptions, StepInput } from '@eyegazer/engine';
import { createTrainableTensors, type LoraAdaptation } from '@eyegazer/model';
import { createRandomKey, randomNormal } from '@eyegazer/core';
import { goldenFolder, loadModelWithoutPreprocessor } from '../../parity/engine/golden.js';

export type TinyOptions = SessionOptions & { adaptation: LoraAdaptation };

/** Session options for the tiny ViT of the golden vectors; every kind of module adapted, with dropout. */
export async function tinySession(overrides: Partial<TinyOptions> = {}): Promise<TinyOptions> {
  return {
    model: await loadModelWithoutPreprocessor(join(goldenFolder, 'base')),
    head: { kind: 'multiclass', numOutputs: 3, loss: 'crossEntropy' },
    adaptation: {
      method: 'lora', r: 2, loraAlpha: 4, loraDropout: 0.3, useRslora: false, layersToTransform: null,
      targetModules: ['query', 'key', 'value', 'attention.output.dense', 'intermediate.dense', 'output.dense'],
    },
    microBatch: 3,
    engine: 'traced',
    ...overrides,
  };
}

/** Seeded trainable values with B off zero, so that A has a gradient. */
export function tinyTrainable({ model, adaptation, head }: TinyOptions): Map<string, Float32Array> {
  const tensors = createTrainableTensors(model.config, { adaptation, head, seed: 5 });
  for (const [name, { data }] of tensors) {
    const key = createRandomKey(6, name);
    if (name.includes('lora_B') || name.includes('classifier')) data.forEach((_, i) => (data[i] = 0.3 * randomNormal(key, i)));
  }
  return new Map([...tensors].map(([name, { data }]) => [name, data]));
}

/** The step input of some samples of a seeded window of six. */
export function tinyInput(options: SessionOptions, samples: readonly number[], trainable: Map<string, Float32Array>): StepInput {
  const perSample = 3 * options.model.config.imageSize ** 2;
  const key = createRandomKey(9, 'pixels');
  const pixels = Float32Array.from(samples.flatMap((sample) => Array.from({ length: perSample }, (_, i) => randomNormal(key, sample * perSample + i))));
  return {
    pixels,
    targets: samples.map((sample) => (options.head.kind === 'regression' ? sample * 0.7 : sample % options.head.numOutputs)),
    sampleWeights: samples.map((sample) => (sample + 1) / 21),
    dropout: { seed: 1, update: 4, sampleIds: samples },
    trainable,
  };
}
