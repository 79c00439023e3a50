import assert from 'node:assert/strict';
import { createOnnxModel, estimateStepBytes, gemm, planMemory, traceGraph, traceLogits, traceTrainStep, type Graph } from '@eyegazer/model';
import { add, exp, mul, setBackend, sub, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { tinySession } from '../engine/tiny-model.js';

const opTypes = (graph: Graph): string[] => graph.nodes.map((node) => node.opType);

describe('a traced graph', () => {
  it('holds no node that no output needs', () => {
    const graph = traceGraph(({ input }) => {
      const x = input('x', [2, 2]);
      exp(sub(x, x));
      return { y: mul(x, x) };
    });
    assert.deepEqual(opTypes(graph), ['Mul']);
  });

  it('computes the same thing once', () => {
    const graph = traceGraph(({ input }) => {
      const x = input('x', [2, 2]);
      return { y: add(exp(mul(x, 2)), exp(mul(x, 2))) };
    });
    assert.deepEqual(opTypes(graph), ['Mul', 'Exp', 'Add']);
  });

  it('draws a sum into the product before it, and a chain of them', () => {
    const graph = traceGraph(({ input }) => {
      const [x, a, b] = [input('x', [2, 3]), input('a', [2, 3]), input('b', [3, 3])];
      return { y: add(add(x, gemm(a, b)), gemm(x, b)) };
    });
    assert.deepEqual(opTypes(graph), ['Gemm', 'Gemm']);
    assert.deepEqual(graph.nodes.map((node) => node.inputs.length), [3, 3]);
  });

  it('leaves a sum alone where the product has a bias, is used twice or is broadcast', () => {
    const graph = traceGraph(({ input }) => {
      const [a, b, c, row] = [input('a', [2, 3]), input('b', [3, 3]), input('c', [3]), input('row', [1, 3])];
      const twice = gemm(a, b);
      return { biased: add(a, gemm(a, b, c)), twice: mul(add(a, twice), twice), row: add(row, gemm(b, b)) };
    });
    assert.equal(opTypes(graph).filter((op) => op === 'Add').length, 3);
  });

  it('refuses a tensor of another backend, and leaves the backend that was set', async () => {
    await setBackend('cpu');
    const outside = tensor2d([1, 2], [1, 2]);
    assert.throws(() => traceGraph(({ input }) => ({ y: add(input('x', [1, 2]), outside) })), /another backend/);
    assert.deepEqual([...add(outside, outside).dataSync()], [2, 4]);
  });

  it('names each output, also one that two share or that is an input', () => {
    const graph = traceGraph(({ input }) => {
      const x = input('x', [1]);
      const y = exp(x);
      return { a: y, b: y.clone(), x2: x.clone() };
    });
    const model = createOnnxModel(graph, 'outputs', () => assert.fail('no weights'));
    assert.deepEqual(model.outputs.map(({ name }) => name), ['a', 'b', 'x2']);
    assert.deepEqual(model.nodes.flatMap((node) => node.outputs), ['a', 'b', 'x2']);
  });
});

describe('the traced training step', () => {
  it('has each frozen weight in place of the checkpoint, forward and backward', async () => {
    const { model, adaptation, head } = await tinySession();
    const spec = { config: model.config, adaptation, head, batch: 2 };
    const names = (graph: Graph): string[] => graph.values.flatMap(({ source }) => (source.kind === 'weight' ? [source.name] : []));
    assert.deepEqual(new Set(names(traceTrainStep(spec))), new Set(model.tensors.keys()));
    assert.deepEqual(new Set(names(traceLogits(spec))), new Set(model.tensors.keys()));
  });

  it('computes no gradient below the first trainable tensor', async () => {
    const { model, adaptation, head } = await tinySession();
    const spec = { config: model.config, head, batch: 2, adaptation: { ...adaptation, targetModules: ['query'] as const } };
    const both = traceTrainStep(spec).nodes.length;
    const upper = traceTrainStep({ ...spec, adaptation: { ...spec.adaptation, layersToTransform: [1] } }).nodes.length;
    const forward = traceLogits(spec).nodes.length;
    assert.ok(upper < both);
    assert.ok(upper - forward < (both - forward) / 2, `${upper - forward} nodes more than forward, ${both - forward} with both layers`);
  });

  it('needs memory that is linear in the micro-batch', async () => {
    const { model, adaptation, head } = await tinySession();
    const spec = { config: model.config, adaptation, head };
    const { fixedBytes, bytesPerSample } = estimateStepBytes(spec);
    const bytes = Object.values(planMemory(traceTrainStep({ ...spec, batch: 16 }))).reduce((sum, part) => sum + part, 0);
    assert.ok(Math.abs(bytes - (fixedBytes + 16 * bytesPerSample)) / bytes < 0.02, `${bytes} and ${fixedBytes + 16 * bytesPerSample}`);
  });
});

describe('the memory plan', () => {
  it('counts what is live, lets an operation write over its last input, and keeps outputs', () => {
    const graph = traceGraph(({ input }) => {
      const x = input('x', [10]); // 40 bytes, fed
      const a = exp(x); // 40 live
      const b = exp(a); // a lives on: 80
      return { y: mul(a, b) }; // in the place of a or b: 80
    });
    const { inputBytes, peakBytes, weightBytes } = planMemory(graph);
    assert.deepEqual([inputBytes, peakBytes, weightBytes], [40, 80, 0]);
  });

  it('counts a weight twice where a product packs it', () => {
    const graph = traceGraph(({ input, weight }) => ({ y: gemm(input('x', [2, 3]), weight('w', [3, 5])) }));
    assert.equal(planMemory(graph).weightBytes, 2 * 60);
  });
});
