/**
 * y = (x - mean) / sqrt(var + eps) * gamma + beta over the last axis, biased variance (Ba et al. 2016, arXiv:1607.06450).
 *
 * Gradient for x, with xhat = (x - mean) * invStd and g = dy * gamma, means over the last axis:
 *   dx = invStd * (g - mean(g) - xhat * mean(g * xhat))
 * mean(g * xhat) comes from x itself, as PyTorch has it: invStd * (mean(g * x) - mean * mean(g)). Neither y nor xhat is kept.
 * dgamma = sum over rows of dy * xhat, dbeta = sum over rows of dy.
 */
import { add, mean, mul, sub, sum, type NamedTensorMap, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { layerNormStatistics } from './layer-norm-statistics.js';
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
  const [, rowMean, invStd] = layerNormStatistics(x, gamma, beta, epsilon);
  const g = mul(dy, gamma);
  const meanG = mean(g, 1, true); // [M, D] -> [M, 1]
  const covariance = sub(mean(mul(g, x), 1, true), mul(rowMean, meanG)); // [M, 1]
  // dx = invStd * (g - x * slope + offset), slope and offset columns
  const slope = mul(mul(invStd, invStd), covariance);
  const offset = sub(mul(rowMean, slope), meanG);
  return mul(add(sub(g, mul(x, slope)), offset), invStd);
}

function gammaGradient(dy: Tensor2D, { x, gamma, beta }: Operands, epsilon: number): Tensor {
  const [, rowMean, invStd] = layerNormStatistics(x, gamma, beta, epsilon);
  return sum(mul(dy, mul(sub(x, rowMean), invStd)), 0); // [M, D] -> [D]
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
