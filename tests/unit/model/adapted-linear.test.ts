import { adaptedLinear, traceGraph, type Graph } from '@eyegazer/model';
import { setBackend, tensor1d, tensor2d, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import assert from 'node:assert/strict';
import { assertClose } from '../../close.js';
import { normals } from './op-cases.js';

const [inside, out, r] = [12, 20, 3];

/** The same adapted layer on so many rows, with and without leave to merge. */
function run(rows: number, canMerge: boolean): Float32Array {
  const of = (name: string, shape: [number, number]): Tensor2D => tensor2d(normals(name, shape).data, shape);
  return tidy(() =>
    adaptedLinear(
      of('x', [rows, inside]),
      { weight: of('weight', [out, inside]), bias: tensor1d(normals('bias', [out]).data) },
      { a: of('a', [r, inside]), b: of('b', [out, r]), scale: 1.5, mask: null, canMerge },
      { input: 0.7, output: 0.3 },
    ).dataSync(),
  ) as Float32Array;
}

function trace(rows: number, canMerge: boolean): Graph {
  return traceGraph(({ input, weight }) => ({
    y: adaptedLinear(
      input('x', [rows, inside]) as Tensor2D,
      { weight: weight('w', [out, inside]) as Tensor2D, bias: null },
      { a: input('a', [r, inside]) as Tensor2D, b: input('b', [out, r]) as Tensor2D, scale: 1, mask: null, canMerge },
    ),
  }));
}

const outputShapes = ({ nodes, values }: Graph): string[] => nodes.map((node) => String(values[node.outputs[0] ?? -1]?.shape));

describe('an adapted linear layer', () => {
  before(() => setBackend('cpu'));

  it('gives the same with its factors merged into the weight as beside it', () => {
    for (const rows of [8, 200]) assertClose(run(rows, true), run(rows, false), { rtol: 1e-5, atol: 1e-6 }, `${rows} rows`);
  });

  it('merges where it may and where there are rows enough to pay for the weight', () => {
    const merged = [`${out},${inside}`, `200,${out}`];
    assert.deepEqual(outputShapes(trace(200, true)), merged);
    assert.deepEqual(outputShapes(trace(200, false)), [`200,${out}`, `200,${r}`, `200,${out}`]);
    assert.deepEqual(outputShapes(trace(8, true)), [`8,${out}`, `8,${r}`, `8,${out}`]);
  });
});
