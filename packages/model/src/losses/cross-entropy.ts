/**
 * loss = sum_i w_i * -sum_k t_ik * log softmax(z_i)_k. With w_i = 1 / window size the losses of a window's
 * micro-batches add up to its mean; w_i = 0 makes a row padding. Gradient: dz_i = w_i * (softmax(z_i) - t_i).
 */
import { logSoftmax, mul, softmax, sub, sum, type NamedTensorMap, type Scalar, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from '../ops/op-definition.js';

/** Shape: logits and one-hot targets [B, K], weights [B, 1] -> []. */
export function crossEntropy(logits: Tensor2D, targets: Tensor2D, weights: Tensor2D): Scalar {
  return runOp<Scalar>(crossEntropyOp, { logits, targets, weights });
}

const crossEntropyOp: OpDefinition = {
  name: 'EyegazerCrossEntropy',
  compute: (inputs: NamedTensorMap) => {
    const { logits, targets, weights } = inputs as { logits: Tensor; targets: Tensor; weights: Tensor };
    return sum(mul(mul(logSoftmax(logits), targets), mul(weights, -1)), [0, 1]);
  },
  gradient: {
    inputsToSave: ['logits', 'targets', 'weights'],
    gradFunc: (dy, saved) => {
      const [logits, targets, weights] = saved as [Tensor, Tensor, Tensor];
      return { logits: () => mul(mul(sub(softmax(logits), targets), weights), dy as Tensor) };
    },
  },
};
