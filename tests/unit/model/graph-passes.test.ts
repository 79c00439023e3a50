import assert from 'node:assert/strict';
import { createOnnxModel, estimateStepBytes, gemm, hideShapes, planMemory, scheduleNodes, traceGraph, traceLogits, traceTrainStep, type Graph } from '@eyegazer/model';
import { add, exp, mul, reshape, setBackend, sub, sum, tensor2d } from '@tensorflow/tfjs-core';
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

  it('is planned at any micro-batch as if it had been traced there', async () => {
    const { model, adaptation, head } = await tinySession();
    const spec = { config: model.config, adaptation, head };
    const total = (batch: number): number => Object.values(planMemory(traceTrainStep({ ...spec, batch }))).reduce((sum, part) => sum + part, 0);
    const estimate = estimateStepBytes(spec);
    // The session's own share is the same at each; a few small constants are those of one of the two sizes traced.
    for (const batch of [1, 2, 8, 16]) {
      const off = estimate(batch) - estimate(4) - (total(batch) - total(4));
      assert.ok(Math.abs(off) < 0.01 * total(batch), `${off} bytes off at ${batch}`);
    }
  });
});

describe('the memory plan', () => {
  it('gives dead memory to the next value of that shape, writes over nothing that is read, and counts feeds and outputs', () => {
    const graph = traceGraph(({ input }) => {
      let y = input('x', [256]); // 1 KB, fed
      for (let i = 0; i < 6; i++) y = exp(y); // one is read while the next is made: two buffers in turns
      return { y: mul(y, 2) }; // an output has a buffer of its own, in the room of the first that is free
    });
    assert.equal(scheduleNodes(graph).buffers.length, 3);
    assert.deepEqual(planMemory(graph), { weightBytes: 4, hostBytes: 2048, arenaBytes: 2048 });
  });

  it('counts a weight once for each product that packs it, and the original where another operation reads it', () => {
    const packed = traceGraph(({ input, weight }) => ({ y: gemm(input('x', [2, 3]), weight('w', [3, 5])) }));
    assert.equal(planMemory(packed).weightBytes, 60);
    const both = traceGraph(({ input, weight }) => {
      const w = weight('w', [3, 5]);
      return { y: gemm(input('x', [2, 3]), w), z: mul(input('u', [3, 5]), w) };
    });
    assert.equal(planMemory(both).weightBytes, 120);
  });

  it('frees memory at once where shapes are hidden, for values of any other shape', () => {
    const trace = (): Graph => traceGraph(({ input }) => {
      let y = input('x', [64, 64]); // 16 KB
      for (const shape of [[32, 128], [64, 64], [16, 256], [32, 128], [64, 64], [16, 256]]) y = exp(exp(reshape(y, shape)));
      return { y: sum(y) };
    });
    const [shown, hidden] = [trace(), hideShapes(trace(), ['x'])].map((graph) => planMemory(graph).arenaBytes);
    assert.ok(shown! >= 6 * 16_384, `${shown} bytes: each shape holds two`);
    assert.ok(hidden! < 4 * 16_384, `${hidden} bytes: two at a time, and the room between them`);
  });
});
