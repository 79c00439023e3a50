import { stepNames, traceLogits, trainableShapes, type StepSpec } from '@eyegazer/model';
import { Tensor } from 'onnxruntime-node';
import { createOnnxSession } from './onnx-session.js';
import { checkTrainable, packPixels } from './pack-step.js';
import type { EvalInput, EvalSession, SessionOptions } from './train-session.js';

/** The forward pass traced to one graph and run by ONNX Runtime. */
export async function createTracedEvalSession(options: SessionOptions): Promise<EvalSession> {
  const { model, microBatch, threads, device, compiled } = options;
  const spec: StepSpec = { config: model.config, adaptation: options.adaptation, head: options.head, batch: microBatch, precision: options.precision ?? 'fp32' };
  const session = await createOnnxSession(traceLogits(spec), { model, threads, device, compiled });
  const shapes = trainableShapes(spec);
  const { numChannels, imageSize } = spec.config;
  const perSample = numChannels * imageSize ** 2;
  const { numOutputs } = spec.head;
  const logits = async ({ pixels, n, trainable }: EvalInput): Promise<Float32Array> => {
    checkTrainable(trainable, shapes);
    const feeds: Record<string, Tensor> = {};
    for (const [name, shape] of shapes) feeds[name] = new Tensor('float32', trainable.get(name) as Float32Array, shape);
    const all = new Float32Array(n * numOutputs);
    for (let start = 0; start < n; start += microBatch) {
      const count = Math.min(microBatch, n - start);
      const part = packPixels(pixels.subarray(start * perSample, (start + count) * perSample), count, spec);
      const outputs = await session.run({ ...feeds, [stepNames.pixels]: new Tensor('float32', part, [microBatch, numChannels, imageSize, imageSize]) });
      const values = outputs[stepNames.logits]?.data as Float32Array;
      all.set(values.subarray(0, count * numOutputs), start * numOutputs);
    }
    return all;
  };
  return { microBatch, logits, dispose: session.dispose };
}
