import {
  countTokens, createDropoutPool, dropoutOf, dropoutPoolName, dropoutPoolRows, dropoutWidths, listAdaptedModules, trainStep,
  trainableShapes, type ModelTensors, type StepSpec,
} from '@eyegazer/model';
import { engine, tensor, tensor2d, tensor4d, type Tensor2D } from '@tensorflow/tfjs-core';
import { loadEagerBackend, useEagerBackend } from './eager-backend.js';
import { loadEagerWeights } from './eager-weights.js';
import { checkTrainable, packStep } from './pack-step.js';
import type { SessionOptions, StepInput, StepOutput, TrainSession } from './train-session.js';

/** The training step run operation by operation on a tfjs backend: the reference, and the choice where ONNX Runtime lacks a device. */
export async function createEagerTrainSession({ model, adaptation, head, microBatch, eagerBackend }: SessionOptions): Promise<TrainSession> {
  const backend = await loadEagerBackend(eagerBackend);
  const spec: StepSpec = { config: model.config, adaptation, head, batch: microBatch };
  const shapes = trainableShapes(spec);
  const weights = await loadEagerWeights(model, adaptation);
  const pools = new Map(
    dropoutWidths(spec).map((width) => [dropoutPoolName(width), tensor2d(createDropoutPool(width, dropoutOf(adaptation)), [dropoutPoolRows, width])]),
  );

  const step = async (input: StepInput): Promise<StepOutput> => {
    checkTrainable(input.trainable, shapes);
    useEagerBackend(backend);
    engine().startScope();
    try {
      const { loss, logits, gradients } = trainStep(spec, { weight: weights.weight, ...createTensors(input, spec, { shapes, pools }) });
      return {
        loss: loss.dataSync()[0] ?? Number.NaN,
        logits: (logits.dataSync() as Float32Array).slice(0, input.targets.length * head.numOutputs),
        grads: new Map([...gradients].map(([name, gradient]) => [name, gradient.dataSync().slice() as Float32Array])),
      };
    } finally {
      engine().endScope();
    }
  };
  const dispose = async (): Promise<void> => {
    weights.dispose();
    for (const pool of pools.values()) pool.dispose();
  };
  return { microBatch, step, dispose };
}

interface Context {
  shapes: ReadonlyMap<string, readonly number[]>;
  pools: ReadonlyMap<string, Tensor2D>;
}

function createTensors(input: StepInput, spec: StepSpec, { shapes, pools }: Context) {
  const { batch, config, head, adaptation } = spec;
  const packed = packStep(input, spec);
  return {
    pixels: tensor4d(packed.pixels, [batch, config.numChannels, config.imageSize, config.imageSize]),
    targets: tensor2d(packed.targets, [batch, head.numOutputs]),
    weights: tensor2d(packed.weights, [batch, 1]),
    trainable: new Map([...shapes].map(([name, shape]) => [name, tensor(input.trainable.get(name) as Float32Array, [...shape])])),
    dropout: createDropout(packed.dropoutRows, pools, [listAdaptedModules(config, adaptation).length, countTokens(config) * batch]),
  };
}

function createDropout(rows: Int32Array | null, pools: Context['pools'], shape: [number, number]): ModelTensors['dropout'] {
  if (rows === null) return null;
  return { rows: tensor2d(rows, shape, 'int32'), pool: (name) => pools.get(name) as Tensor2D };
}
