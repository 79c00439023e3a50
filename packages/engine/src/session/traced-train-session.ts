import {
  createDropoutPool, dropoutOf, dropoutPoolName, dropoutPoolRows, dropoutWidths, listAdaptedModules, countTokens,
  gradientName, stepNames, traceTrainStep, trainableShapes, type StepSpec,
} from '@eyegazer/model';
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { createOnnxSession } from './onnx-session.js';
import { checkTrainable, packStep } from './pack-step.js';
import type { SessionOptions, StepInput, StepOutput, TrainSession } from './train-session.js';

type Feeds = InferenceSession.OnnxValueMapType;

/** A training step traced to one graph and run by ONNX Runtime. */
export async function createTracedTrainSession(options: SessionOptions): Promise<TrainSession> {
  const { model, microBatch, threads, device, compiled } = options;
  const { adaptation, head, precision = 'fp32', recompute = 'none' } = options;
  const spec: StepSpec = { config: model.config, adaptation, head, batch: microBatch, precision, recompute };
  const session = await createOnnxSession(traceTrainStep(spec), { model, threads, device, compiled });
  const shapes = trainableShapes(spec);
  const pools = createPools(spec);
  const step = async (input: StepInput): Promise<StepOutput> => {
    checkTrainable(input.trainable, shapes);
    const outputs = await session.run({ ...pools, ...createFeeds(input, spec, shapes) });
    const floats = (name: string): Float32Array => outputs[name]?.data as Float32Array;
    return {
      loss: floats(stepNames.loss)[0] ?? Number.NaN,
      logits: floats(stepNames.logits).slice(0, input.targets.length * spec.head.numOutputs),
      grads: new Map([...shapes.keys()].map((name) => [name, floats(gradientName(name))])),
    };
  };
  return { microBatch, step, dispose: session.dispose };
}

function createPools(spec: StepSpec): Record<string, Tensor> {
  return Object.fromEntries(
    dropoutWidths(spec).map((width) => [
      dropoutPoolName(width),
      new Tensor('float32', createDropoutPool(width, dropoutOf(spec.adaptation)), [dropoutPoolRows, width]),
    ]),
  );
}

function createFeeds(input: StepInput, spec: StepSpec, shapes: ReadonlyMap<string, readonly number[]>): Feeds {
  const { batch, config, head, adaptation } = spec;
  const packed = packStep(input, spec);
  const feeds: Record<string, Tensor> = {
    [stepNames.pixels]: new Tensor('float32', packed.pixels, [batch, config.numChannels, config.imageSize, config.imageSize]),
    [stepNames.targets]: new Tensor('float32', packed.targets, [batch, head.numOutputs]),
    [stepNames.weights]: new Tensor('float32', packed.weights, [batch, 1]),
  };
  if (packed.dropoutRows !== null) {
    const modules = listAdaptedModules(config, adaptation).length;
    feeds[stepNames.dropoutRows] = new Tensor('int32', packed.dropoutRows, [modules, countTokens(config) * batch]);
  }
  for (const [name, shape] of shapes) feeds[name] = new Tensor('float32', input.trainable.get(name) as Float32Array, shape);
  return feeds;
}
