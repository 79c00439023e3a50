import type { SessionOptions, StepInput } from '@eyegazer/engine';
import { trainableShapes } from '@eyegazer/model';

/** Some images and trainable values. No random numbers: drawing them would leave garbage in the memory that is measured. */
export function createInput({ model: { config }, adaptation, head, microBatch }: SessionOptions): StepInput {
  const fill = (values: Float32Array, scale: number): Float32Array => {
    for (let i = 0; i < values.length; i++) values[i] = scale * Math.sin(i);
    return values;
  };
  const samples = Array.from({ length: microBatch }, (_, i) => i);
  const trainable = [...trainableShapes({ config, adaptation, head })].map(([name, shape]) => {
    const size = shape.reduce((product, count) => product * count, 1);
    return [name, fill(new Float32Array(size), 0.05)] as const;
  });
  return {
    pixels: fill(new Float32Array(microBatch * config.numChannels * config.imageSize ** 2), 1),
    targets: samples.map((sample) => sample % head.numOutputs),
    sampleWeights: samples.map(() => 1 / microBatch),
    dropout: { seed: 1, update: 0, sampleIds: samples },
    trainable: new Map(trainable),
  };
}
