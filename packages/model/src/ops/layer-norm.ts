/**
 * y = (x - mean) / sqrt(var + eps) * gamma + beta over the last axis, biased variance (Ba et al. 2016, arXiv:1607.06450).
 *
 * Gradient for x, with xhat = (x - mean) * invStd and g = dy * gamma, means over the last axis:
 *   dx = invStd * (g - mean(g) - xhat * mean(g * xhat))
 * Both means come from products that need no pass of their own: sum(g) = dy . gamma, and since gamma * xhat = y - beta,
 * sum(g * xhat) = sum(dy * y) - dy . beta.
 * dgamma = sum over rows of dy * xhat, dbeta = sum over rows of dy.
 */
import { add, mul, reshape, sub, sum, type NamedTensorMap, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { layerNormStatistics } from './layer-norm-statistics.js';
import { gemm } from './gemm.js';
import { runOp, type OpDefinition } from './op-definition.js';

/** Shape: x [M, D], gamma and beta [D] -> [M, D]. */
export function layerNorm(x: Tensor2D, gamma: Tensor1D, beta: Tensor1D, epsilon: number): Tensor2D {
  return runOp<Tensor2D>(layerNormOp, { x, gamma, beta }, { epsilon });
}

interface Operands {
  x: Tensor2D;
  gamma: Tensor1D;
  beta: Tensor1D;
}

function inputGradient(dy: Tensor2D, { x, gamma, beta }: Operands, epsilon: number): Tensor2D {
  const [y, mean, invStd] = layerNormStatistics(x, gamma, beta, epsilon);
  const D = x.shape[1];
  const dot = (vector: Tensor1D): Tensor2D => gemm(dy, reshape(vector, [D, 1]), null, { alpha: 1 / D }); // [M, D] -> [M, 1]
  const meanG = dot(gamma);
  const meanGXhat = sub(mul(sum(mul(dy, y), 1, true), 1 / D), dot(beta)); // [M, 1]
  // dx = invStd * g - x * slope + offset, every factor but g and x a column
  const slope = mul(mul(invStd, invStd), meanGXhat);
  const offset = sub(mul(slope, mean), mul(invStd, meanG));
  return add(mul(mul(dy, gamma), invStd), sub(offset, mul(x, slope)));
}

function gammaGradient(dy: Tensor2D, { x, gamma, beta }: Operands, epsilon: number): Tensor {
  const [, mean, invStd] = layerNormStatistics(x, gamma, beta, epsilon);
  return sum(mul(dy, mul(sub(x, mean), invStd)), 0); // [M, D] -> [D]
}

const layerNormOp: OpDefinition = {
  name: 'EyegazerLayerNorm',
  compute: (inputs: NamedTensorMap, attributes) => {
    const { x, gamma, beta } = inputs as unknown as Operands;
    return layerNormStatistics(x, gamma, beta, Number(attributes['epsilon']))[0];
  },
  gradient: {
    inputsToSave: ['x', 'gamma', 'beta'],
    gradFunc: (dy, saved, attributes) => {
      const [x, gamma, beta] = saved as [Tensor2D, Tensor1D, Tensor1D];
      const epsilon = Number(attributes['epsilon']);
      const operands = { x, gamma, beta };
      return {
        x: (): Tensor => inputGradient(dy as Tensor2D, operands, epsilon),
        gamma: (): Tensor => gammaGradient(dy as Tensor2D, operands, epsilon),
        beta: (): Tensor => sum(dy as Tensor2D, 0),
      };
    },
  },
};
