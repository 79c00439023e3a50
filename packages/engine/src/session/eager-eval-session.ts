import { createParameters, trainableShapes, vitLogits, type StepSpec } from '@eyegazer/model';
import { tensor, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { loadEagerBackend, useEagerBackend } from './eager-backend.js';
import { loadEagerWeights } from './eager-weights.js';
import { checkTrainable, packPixels } from './pack-step.js';
import type { EvalInput, EvalSession, SessionOptions } from './train-session.js';

/** The forward pass run operation by operation on a tfjs backend. */
export async function createEagerEvalSession({ model, adaptation, head, microBatch, eagerBackend }: SessionOptions): Promise<EvalSession> {
  const backend = await loadEagerBackend(eagerBackend);
  const spec: StepSpec = { config: model.config, adaptation, head, batch: microBatch };
  const shapes = trainableShapes(spec);
  const weights = await loadEagerWeights(model, adaptation);
  const { numChannels, imageSize } = spec.config;
  const perSample = numChannels * imageSize ** 2;
  const logits = async ({ pixels, n, trainable }: EvalInput): Promise<Float32Array> => {
    checkTrainable(trainable, shapes);
    useEagerBackend(backend);
    const all = new Float32Array(n * head.numOutputs);
    for (let start = 0; start < n; start += microBatch) {
      const count = Math.min(microBatch, n - start);
      const part = packPixels(pixels.subarray(start * perSample, (start + count) * perSample), count, spec);
      const values = tidy(() => {
        const parameters = createParameters(spec, {
          weight: weights.weight,
          trainable: (name) => tensor(trainable.get(name) as Float32Array, [...(shapes.get(name) ?? [])]),
          dropout: null,
        });
        return vitLogits(tensor4d(part, [microBatch, numChannels, imageSize, imageSize]), parameters, spec.config).dataSync();
      });
      all.set((values as Float32Array).subarray(0, count * head.numOutputs), start * head.numOutputs);
    }
    return all;
  };
  return { microBatch, logits, dispose: async () => weights.dispose() };
}
