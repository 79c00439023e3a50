/**
 * Exact GELU without its factors: h = u * (1 + erf(u)). For u = x / sqrt(2), gelu(x) = h / sqrt(2): the two factors ride
 * for free in the products before and after (Hendrycks & Gimpel 2016, arXiv:1606.08415).
 *
 * dh/du = 1 + erf(u) + u * 2/sqrt(pi) * exp(-u^2), the constant drawn into the exponent.
 */
import { add, erf, exp, mul, sub, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

/** Shape: u [M, F] -> [M, F]. */
export function scaledGelu<T extends Tensor>(u: T): T {
  return runOp<T>(geluOp, { u });
}

const logTwoOverSqrtPi = Math.log(2 / Math.sqrt(Math.PI));

function onePlusErf(u: Tensor): Tensor {
  return add(erf(u), 1);
}

const geluOp: OpDefinition = {
  name: 'EyegazerScaledGelu',
  compute: (inputs: NamedTensorMap) => {
    const { u } = inputs as { u: Tensor };
    return mul(u, onePlusErf(u));
  },
  gradient: {
    inputsToSave: ['u'],
    gradFunc: (dy, saved) => {
      const [u] = saved as [Tensor];
      return {
        u: () => mul(dy as Tensor, add(mul(exp(sub(logTwoOverSqrtPi, mul(u, u))), u), onePlusErf(u))),
      };
    },
  },
};
