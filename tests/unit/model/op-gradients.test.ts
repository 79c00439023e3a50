import assert from 'node:assert/strict';
import { encodeOnnx } from '@eyegazer/formats';
import { createOnnxModel, traceGraph } from '@eyegazer/model';
import { engine, setBackend, tidy, type Tensor } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as ort from 'onnxruntime-node';
import { assertClose } from '../../close.js';
import { opCases, outputWeights, toTensors, type OpCase, type TestTensor } from './op-cases.js';

interface ValueAndGradients {
  value: Float32Array;
  gradients: Record<string, Float32Array>;
}

describe('operations', () => {
  before(() => setBackend('cpu'));

  for (const op of opCases) {
    it(`${op.name}: the gradient agrees with finite differences`, () => {
      const before = engine().state.numTensors;
      const { gradients } = runEagerly(op);
      for (const name of op.differentiable) {
        assertClose(gradients[name]!, differences(op, name), { rtol: 2e-3, atol: 2e-4 }, `d/d${name}`);
      }
      assert.equal(engine().state.numTensors, before, 'every tensor is given back');
    });

    it(`${op.name}: traced and run by ONNX Runtime gives the same`, async () => {
      const eager = runEagerly(op);
      const traced = await runTraced(op);
      assertClose(traced.value, eager.value, { rtol: 1e-5, atol: 1e-5 }, 'value');
      for (const name of op.differentiable) assertClose(traced.gradients[name]!, eager.gradients[name]!, { rtol: 1e-4, atol: 2e-6 }, `d/d${name}`);
    });
  }
});

/** Gradients of the weighted sum of an operation's outputs. */
function differentiate(op: OpCase, tensors: Record<string, Tensor>): { value: Tensor; grads: Tensor[] } {
  const weights = outputWeights(op, op.f(tensors).shape);
  const { value, grads } = engine().gradients(() => op.f(tensors), op.differentiable.map((name) => tensors[name]!), weights);
  return { value, grads };
}

function weightedSum(op: OpCase, tensors: Record<string, Tensor>): number {
  const y = op.f(tensors);
  const weights = outputWeights(op, y.shape).dataSync();
  return Array.from(y.dataSync()).reduce((total, value, i) => total + value * weights[i]!, 0);
}

function runEagerly(op: OpCase): ValueAndGradients {
  const result: ValueAndGradients = { value: new Float32Array(), gradients: {} };
  tidy(() => {
    const { value, grads } = differentiate(op, toTensors(op.inputs));
    result.value = value.dataSync().slice() as Float32Array;
    op.differentiable.forEach((name, i) => (result.gradients[name] = grads[i]!.dataSync().slice() as Float32Array));
  });
  return result;
}

async function runTraced(op: OpCase): Promise<ValueAndGradients> {
  const graph = traceGraph((tracer) => {
    const tensors = Object.fromEntries(Object.entries(op.inputs).map(([name, { shape }]) => [name, tracer.input(name, shape)]));
    const { value, grads } = differentiate(op, tensors);
    return { value, ...Object.fromEntries(op.differentiable.map((name, i) => [`d_${name}`, grads[i]!])) };
  });
  const model = createOnnxModel(graph, 'op', (name) => assert.fail(`no weight ${name}`));
  const session = await ort.InferenceSession.create(encodeOnnx(model));
  const feeds = Object.fromEntries(session.inputNames.map((name) => [name, feed(op.inputs[name]!)]));
  const outputs = await session.run(feeds);
  await session.release();
  return {
    value: outputs['value']!.data as Float32Array,
    gradients: Object.fromEntries(op.differentiable.map((name) => [name, outputs[`d_${name}`]!.data as Float32Array])),
  };
}

function feed({ data, shape }: TestTensor): ort.Tensor {
  return new ort.Tensor('float32', data, shape);
}

/** Central differences of fourth order: f' = (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h. */
function differences(op: OpCase, name: string): Float32Array {
  const { data, shape } = op.inputs[name]!;
  const h = 0.03;
  return Float32Array.from(data, (x, i) => {
    const at = (offset: number): number => {
      const moved = data.slice();
      moved[i] = x + offset;
      engine().startScope();
      const value = weightedSum(op, toTensors({ ...op.inputs, [name]: { data: moved, shape } }));
      engine().endScope();
      return value;
    };
    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
  });
}
