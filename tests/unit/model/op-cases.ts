import { createRandomKey, randomNormal } from '@eyegazer/core';
import {
  adaptedLinear, addPositions, attention, classAndPatchMean, classTokens, crossEntropy, dropout, gemm, insertRows, layerNorm, meanSquaredError, regroup, residualAdd, scaleColumns, scaledGelu, smoothL1,
  stackRows, tokenRows,
} from '@eyegazer/model';
import { tensor, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';

/** An operation as a function of named tensors; `differentiable` names those that have a gradient. */
export interface OpCase {
  name: string;
  inputs: Record<string, TestTensor>;
  differentiable: string[];
  f: (t: Record<string, Tensor>) => Tensor;
}

export interface TestTensor {
  shape: number[];
  data: Float32Array;
}

/** Seeded normal numbers. */
export function normals(name: string, shape: number[], std = 1): TestTensor {
  const key = createRandomKey(11, name);
  return { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => std * randomNormal(key, i)) };
}

function given(shape: number[], values: number[]): TestTensor {
  return { shape, data: Float32Array.from(values) };
}

/** Weighs every output of a case differently, so that no error of one can hide behind another. */
export function outputWeights(op: OpCase, shape: number[]): Tensor {
  return tensor(normals(`${op.name} outputs`, shape).data, shape);
}

const as2d = (t: Tensor | undefined): Tensor2D => t as Tensor2D;
const as1d = (t: Tensor | undefined): Tensor1D => t as Tensor1D;
const oneHot = given([3, 4], [0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0]);
const sampleWeights = given([3, 1], [0.5, 0.25, 0]);

function gemmCase(label: string, shapes: [number[], number[], number[] | null], options: Parameters<typeof gemm>[3]): OpCase {
  const [a, b, c] = shapes;
  const inputs: Record<string, TestTensor> = { a: normals(`${label} a`, a), b: normals(`${label} b`, b), ...(c === null ? {} : { c: normals(`${label} c`, c) }) };
  return { name: `gemm ${label}`, inputs, differentiable: Object.keys(inputs), f: (t) => gemm(t['a']!, t['b']!, t['c'] ?? null, options) };
}

export const opCases: OpCase[] = [
  gemmCase('plain', [[3, 4], [4, 5], null], {}),
  gemmCase('with a row, alpha and beta', [[3, 4], [4, 5], [5]], { alpha: 0.7, beta: 1.3 }),
  gemmCase('with a matrix, B transposed', [[3, 4], [5, 4], [3, 5]], { transB: true, alpha: -0.5 }),
  gemmCase('A transposed', [[4, 3], [4, 5], null], { transA: true }),
  gemmCase('both transposed', [[4, 3], [5, 4], [5]], { transA: true, transB: true, alpha: 2 }),
  {
    name: 'LoRA linear with a dropout mask',
    inputs: {
      x: normals('lora x', [4, 3]), weight: normals('lora w', [5, 3]), bias: normals('lora bias', [5]),
      a: normals('lora a', [2, 3]), b: normals('lora b', [5, 2]), mask: given([4, 3], [0, 2, 2, 0, 0, 2, 2, 2, 0, 2, 0, 0]),
    },
    differentiable: ['x', 'a', 'b'],
    f: (t) =>
      adaptedLinear(
        as2d(t['x']), { weight: as2d(t['weight']), bias: as1d(t['bias']) },
        { a: as2d(t['a']), b: as2d(t['b']), scale: 1.5, mask: as2d(t['mask']), canMerge: false }, { input: 0.7, output: 0.3 },
      ),
  },
  {
    name: 'layer norm',
    inputs: { x: normals('ln x', [4, 6], 2), gamma: normals('ln gamma', [6]), beta: normals('ln beta', [6]) },
    differentiable: ['x', 'gamma', 'beta'],
    f: (t) => layerNorm(as2d(t['x']), as1d(t['gamma']), as1d(t['beta']), 1e-6),
  },
  { name: 'scaled GELU', inputs: { u: normals('gelu u', [4, 6], 1.5) }, differentiable: ['u'], f: (t) => scaledGelu(t['u']!) },
  {
    name: 'attention',
    inputs: { q: normals('attention q', [10, 6], 0.7), k: normals('attention k', [10, 6]), v: normals('attention v', [10, 6]) },
    differentiable: ['q', 'k', 'v'],
    f: (t) => attention(as2d(t['q']), as2d(t['k']), as2d(t['v']), { batch: 2, heads: 3 }),
  },
  {
    name: 'attention of one query a sample',
    inputs: { q: normals('class q', [2, 6], 0.7), k: normals('class k', [10, 6]), v: normals('class v', [10, 6]) },
    differentiable: ['q', 'k', 'v'],
    f: (t) => attention(as2d(t['q']), as2d(t['k']), as2d(t['v']), { batch: 2, heads: 3 }),
  },
  { name: 'class tokens', inputs: { x: normals('cls x', [6, 3]) }, differentiable: ['x'], f: (t) => classTokens(as2d(t['x']), 2) },
  {
    name: 'class token and mean of patches, two tokens between',
    inputs: { x: normals('head input x', [12, 3]) },
    differentiable: ['x'],
    f: (t) => classAndPatchMean(as2d(t['x']), { batch: 2, numPrefix: 3 }),
  },
  {
    name: 'scaled columns',
    inputs: { x: normals('columns x', [4, 3]), factors: normals('columns factors', [3]) },
    differentiable: ['x', 'factors'],
    f: (t) => scaleColumns(as2d(t['x']), as1d(t['factors'])),
  },
  {
    name: 'inserted rows',
    inputs: { rows: normals('insert rows', [5, 3]), inserted: normals('inserted rows', [2, 3]) },
    differentiable: ['rows', 'inserted'],
    f: (t) => insertRows(as2d(t['rows']), as2d(t['inserted']), 2),
  },
  {
    name: 'residual sum',
    inputs: { a: normals('sum a', [3, 4]), b: normals('sum b', [3, 4]) },
    differentiable: ['a', 'b'],
    f: (t) => residualAdd(as2d(t['a']), as2d(t['b'])),
  },
  {
    name: 'positions of tokens',
    inputs: { rows: normals('position rows', [6, 4]), positions: normals('positions', [3, 4]) },
    differentiable: ['rows', 'positions'],
    f: (t) => addPositions(as2d(t['rows']), as2d(t['positions'])),
  },
  { name: 'tokens of every sample', inputs: { tokens: normals('tokens', [2, 4]) }, differentiable: ['tokens'], f: (t) => tokenRows(as2d(t['tokens']), 3) },
  {
    name: 'stacked rows',
    inputs: { a: normals('stack a', [2, 4]), b: normals('stack b', [3, 4]), c: normals('stack c', [1, 4]) },
    differentiable: ['a', 'b', 'c'],
    f: (t) => stackRows([as2d(t['a']), as2d(t['b']), as2d(t['c'])]),
  },
  {
    name: 'another shape',
    inputs: { x: normals('regroup x', [3, 2, 2]), weight: normals('regroup w', [12, 2]) },
    differentiable: ['x', 'weight'],
    f: (t) => gemm(regroup(t['x']!, [1, 12]), t['weight']!),
  },
  {
    name: 'dropout',
    inputs: { x: normals('dropout x', [3, 4]), mask: given([3, 4], [0, 2, 2, 0, 0, 2, 2, 2, 0, 2, 0, 0]) },
    differentiable: ['x'],
    f: (t) => dropout(as2d(t['x']), as2d(t['mask'])),
  },
  {
    name: 'cross-entropy',
    inputs: { logits: normals('ce', [3, 4], 3), targets: oneHot, weights: sampleWeights },
    differentiable: ['logits'],
    f: (t) => crossEntropy(as2d(t['logits']), as2d(t['targets']), as2d(t['weights'])),
  },
  {
    name: 'mean squared error',
    inputs: { outputs: normals('mse', [3, 1], 2), targets: given([3, 1], [0, 1, 4]), weights: sampleWeights },
    differentiable: ['outputs'],
    f: (t) => meanSquaredError(as2d(t['outputs']), as2d(t['targets']), as2d(t['weights'])),
  },
  {
    name: 'smooth L1, near and far',
    inputs: { outputs: given([4, 1], [0.3, 5, -2, 1.4]), targets: given([4, 1], [0, 1, 1, 1]), weights: given([4, 1], [0.5, 0.25, 1, 0.125]) },
    differentiable: ['outputs'],
    f: (t) => smoothL1(as2d(t['outputs']), as2d(t['targets']), as2d(t['weights'])),
  },
];

/** The inputs of a case on the current backend. */
export function toTensors(inputs: Record<string, TestTensor>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(inputs).map(([name, { data, shape }]) => [name, tensor(data, shape)]));
}
