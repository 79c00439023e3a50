/**
 * Products of many small matrices: y[b, h] = op(A[b, h]) op(B[b, h]). An operand may come as [N, B, H, K], tokens first,
 * and is then read in place: no transposed copy is made. Recorded as ONNX Runtime's `FusedMatMul`.
 */
import { matMul, transpose, type NamedAttrMap, type NamedTensorMap, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

export interface BatchMatMulOptions {
  /** a (or b) is [N, B, H, K] instead of [B, H, N, K]. */
  tokensFirstA?: boolean;
  tokensFirstB?: boolean;
  /** The matrix of a (or b) is used transposed. */
  transA?: boolean;
  transB?: boolean;
}

/** Shape: -> [B, H, rows, columns]. It has no gradient of its own; the operations around it do. */
export function batchMatMul(a: Tensor, b: Tensor, options: BatchMatMulOptions): Tensor4D {
  return runOp<Tensor4D>(batchMatMulOp, { a, b }, { ...options });
}

/** [N, B, H, K] -> [B, H, N, K]: what `transBatch` means. */
const headsFirst = [1, 2, 0, 3];

function compute(inputs: NamedTensorMap, attributes: NamedAttrMap): Tensor {
  const { a, b } = inputs as { a: Tensor; b: Tensor };
  const left = attributes['tokensFirstA'] === true ? transpose(a, headsFirst) : a;
  const right = attributes['tokensFirstB'] === true ? transpose(b, headsFirst) : b;
  return matMul(left, right, attributes['transA'] === true, attributes['transB'] === true);
}

const batchMatMulOp: OpDefinition = {
  name: 'EyegazerBatchMatMul',
  compute,
  record: (backend, { a, b }, attributes) => {
    if (a === undefined || b === undefined) throw new Error('A product lacks an operand.');
    const flags = { transA: 'transA', transB: 'transB', transBatchA: 'tokensFirstA', transBatchB: 'tokensFirstB' };
    const set = Object.entries(flags).filter(([, name]) => attributes[name] === true).map(([onnxName]) => [onnxName, { int: 1 }] as const);
    const order = (shape: number[], tokensFirst: boolean): number[] => (tokensFirst ? headsFirst.map((axis) => shape[axis] ?? 0) : shape);
    const left = order(a.shape, attributes['tokensFirstA'] === true);
    const right = order(b.shape, attributes['tokensFirstB'] === true);
    const outputShape = [left[0] ?? 0, left[1] ?? 0, left[attributes['transA'] === true ? 3 : 2] ?? 0, right[attributes['transB'] === true ? 2 : 3] ?? 0];
    return backend.recordOne({ opType: 'FusedMatMul', domain: 'com.microsoft', inputs: [a, b], attributes: Object.fromEntries(set), outputShape });
  },
};
