/**
 * Multi-head self-attention over tokens-first rows: ctx = softmax(q k^T) v. The scale 1/sqrt(d) is already in q.
 *
 * Gradient, with P = softmax(q k^T) and row sums over keys:
 *   dV = P^T dCtx;  dP = dCtx V^T;  dS = P * (dP - rowsum(dP * P));  dQ = dS k;  dK = dS^T q
 * where rowsum(dP * P) = rowsum(dCtx * ctx), which is read from N x d instead of N x N numbers.
 */
import { mul, reshape, softmax, sub, sum, transpose, type NamedTensorMap, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { batchMatMul } from './batch-mat-mul.js';
import { runOp, type OpDefinition } from './op-definition.js';

export interface AttentionSize {
  batch: number;
  heads: number;
}

interface Operands {
  q: Tensor4D;
  k: Tensor4D;
  v: Tensor4D;
}

/** Shape: q [Nq * B, D], k and v [N * B, D], row n * B + b -> [Nq * B, D]. */
export function attention(q: Tensor2D, k: Tensor2D, v: Tensor2D, { batch, heads }: AttentionSize): Tensor2D {
  return runOp<Tensor2D>(attentionOp, { q, k, v }, { batch, heads });
}

function splitHeads(x: Tensor, { batch, heads }: AttentionSize): Tensor4D {
  const [rows = 0, width = 0] = x.shape;
  return reshape(x, [rows / batch, batch, heads, width / heads]); // [N * B, D] -> [N, B, H, d]
}

function mergeHeads(x: Tensor4D): Tensor2D {
  const [B, H, N, d] = x.shape;
  return reshape(transpose(x, [2, 0, 1, 3]), [N * B, H * d]); // [B, H, N, d] -> [N * B, D]
}

function probabilities({ q, k }: Operands): Tensor4D {
  return softmax(batchMatMul(q, k, { tokensFirstA: true, tokensFirstB: true, transB: true })); // [B, H, Nq, N]
}

function sizeOf(attributes: unknown): AttentionSize {
  return attributes as AttentionSize;
}

function operandsOf([q, k, v]: readonly Tensor[], size: AttentionSize): Operands {
  if (q === undefined || k === undefined || v === undefined) throw new Error('Attention lacks an operand.');
  return { q: splitHeads(q, size), k: splitHeads(k, size), v: splitHeads(v, size) };
}

function scoreGradient(operands: Operands, ctx: Tensor4D, dCtx: Tensor4D): Tensor4D {
  const dP = batchMatMul(dCtx, operands.v, { tokensFirstA: true, tokensFirstB: true, transB: true }); // [B, H, Nq, N]
  const rowSums = transpose(sum(mul(dCtx, ctx), 3, true), [1, 2, 0, 3]); // [Nq, B, H, d] -> [B, H, Nq, 1]
  return mul(probabilities(operands), sub(dP, rowSums));
}

const attentionOp: OpDefinition = {
  name: 'EyegazerAttention',
  compute: (inputs: NamedTensorMap, attributes) => {
    const operands = operandsOf(['q', 'k', 'v'].flatMap((name) => inputs[name] ?? []), sizeOf(attributes));
    return mergeHeads(batchMatMul(probabilities(operands), operands.v, { tokensFirstB: true }));
  },
  gradient: {
    inputsToSave: ['q', 'k', 'v'],
    outputsToSave: [true],
    gradFunc: (dy, saved, attributes) => {
      const size = sizeOf(attributes);
      const operands = operandsOf(saved, size);
      const ctx = splitHeads(saved[3] as Tensor, size);
      const dCtx = splitHeads(dy as Tensor, size);
      // dS is asked for twice; a trace merges the two.
      return {
        q: () => mergeHeads(batchMatMul(scoreGradient(operands, ctx, dCtx), operands.k, { tokensFirstB: true })),
        k: () => mergeHeads(batchMatMul(scoreGradient(operands, ctx, dCtx), operands.q, { transA: true, tokensFirstB: true })),
        v: () => mergeHeads(batchMatMul(probabilities(operands), dCtx, { transA: true, tokensFirstB: true })),
      };
    },
  },
};
