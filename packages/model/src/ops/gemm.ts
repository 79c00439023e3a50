/**
 * y = alpha * op(A) op(B) + beta * C, the product every linear layer is made of. op transposes where asked.
 * C has the shape of y, or is one row that is added to each row. Recorded as ONNX `Gemm`: a two-dimensional product in
 * any other form is about half as fast in ONNX Runtime, because a constant B is not packed ahead.
 */
import { add, matMul, mul, sum, transpose, type NamedAttrMap, type NamedTensorMap, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import type { OnnxAttribute } from '@eyegazer/formats';
import { runOp, type OpDefinition } from './op-definition.js';

export interface GemmOptions {
  transA?: boolean;
  transB?: boolean;
  alpha?: number;
  /** Scales C; without C it says nothing. */
  beta?: number;
}

/** Shape: a [M, K] or [K, M] when transA, b [K, N] or [N, K] when transB, c [M, N] or [N] -> [M, N]. */
export function gemm(a: Tensor, b: Tensor, c: Tensor | null = null, options: GemmOptions = {}): Tensor2D {
  const { transA = false, transB = false, alpha = 1, beta = 1 } = options;
  const attributes = { transA, transB, alpha, beta, rowC: c?.rank === 1 };
  return runOp<Tensor2D>(gemmOp, c === null ? { a, b } : { a, b, c }, attributes);
}

function attributesOf(attributes: NamedAttrMap): Required<GemmOptions> {
  return {
    transA: attributes['transA'] === true,
    transB: attributes['transB'] === true,
    alpha: Number(attributes['alpha']),
    beta: Number(attributes['beta']),
  };
}

function compute(inputs: NamedTensorMap, attributes: NamedAttrMap): Tensor {
  const { a, b, c } = inputs as { a: Tensor2D; b: Tensor2D; c?: Tensor };
  const { transA, transB, alpha, beta } = attributesOf(attributes);
  const product = scaled(matMul(a, b, transA, transB), alpha);
  return c === undefined ? product : add(product, scaled(c, beta));
}

/** A factor this thin is a LoRA matrix. */
const thinColumns = 128;

/**
 * dB of y = alpha op(A) B^T, [N, K] = alpha dy^T op(A). Where K is thin it is computed as its transpose: that product turns the thin
 * operand over for the kernel, where the other would turn all of dy over for a few columns, and takes half the time.
 */
function transposedFactorGradient(dy: Tensor, a: Tensor, { transA, alpha }: { transA: boolean; alpha: number }): Tensor {
  const [N, K] = [dy.shape[1] ?? 0, a.shape[transA ? 0 : 1] ?? 0];
  if (K > thinColumns || K >= N) return gemm(dy, a, null, { transA: true, transB: transA, alpha });
  return transpose(gemm(a, dy, null, { transA: !transA, alpha })); // [K, N] -> [N, K]
}

function scaled<T extends Tensor>(x: T, factor: number): T {
  return factor === 1 ? x : mul(x, factor);
}

const gemmOp: OpDefinition = {
  name: 'EyegazerGemm',
  compute,
  record: (backend, { a, b, c }, attributes) => {
    if (a === undefined || b === undefined) throw new Error('A product lacks an operand.');
    const { transA, transB, alpha, beta } = attributesOf(attributes);
    const onnx: Record<string, OnnxAttribute> = {};
    if (transA) onnx['transA'] = { int: 1 };
    if (transB) onnx['transB'] = { int: 1 };
    if (alpha !== 1) onnx['alpha'] = { float: alpha };
    if (c !== undefined && beta !== 1) onnx['beta'] = { float: beta };
    const outputShape = [a.shape[transA ? 1 : 0] ?? 0, b.shape[transB ? 0 : 1] ?? 0];
    return backend.recordOne({ opType: 'Gemm', inputs: c === undefined ? [a, b] : [a, b, c], attributes: onnx, outputShape });
  },
  gradient: {
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved, attributes) => {
      const [a, b] = saved as [Tensor, Tensor];
      const { transA, transB, alpha, beta } = attributesOf(attributes);
      const dOut = dy as Tensor;
      return {
        // y = alpha A B: dA = alpha dy B^T, or its transpose where A came transposed.
        a: () => (transA ? gemm(b, dOut, null, { transA: transB, transB: true, alpha }) : gemm(dOut, b, null, { transB: !transB, alpha })),
        b: () => (transB ? transposedFactorGradient(dOut, a, { transA, alpha }) : gemm(a, dOut, null, { transA: !transA, alpha })),
        // One row added to every row gathers the gradient of them all.
        c: () => scaled(attributes['rowC'] === true ? sum(dOut, 0) : dOut, beta),
      };
    },
  },
};
