/** loss = sum_i w_i * mean_k (z_ik - t_ik)^2; dz = w * 2 / K * (z - t). Weights as in `crossEntropy`. */
import { mul, sub, sum, type NamedTensorMap, type Scalar, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from '../ops/op-definition.js';

/** Shape: outputs and targets [B, K], weights [B, 1] -> []. */
export function meanSquaredError(outputs: Tensor2D, targets: Tensor2D, weights: Tensor2D): Scalar {
  return runOp<Scalar>(meanSquaredErrorOp, { outputs, targets, weights });
}

const meanSquaredErrorOp: OpDefinition = {
  name: 'EyegazerMeanSquaredError',
  compute: (inputs: NamedTensorMap) => {
    const { outputs, targets, weights } = inputs as { outputs: Tensor2D; targets: Tensor2D; weights: Tensor2D };
    const difference = sub(outputs, targets);
    return sum(mul(mul(difference, difference), mul(weights, 1 / outputs.shape[1])), [0, 1]);
  },
  gradient: {
    inputsToSave: ['outputs', 'targets', 'weights'],
    gradFunc: (dy, saved) => {
      const [outputs, targets, weights] = saved as [Tensor2D, Tensor2D, Tensor2D];
      return { outputs: (): Tensor => mul(mul(sub(outputs, targets), mul(weights, 2 / outputs.shape[1])), dy as Tensor) };
    },
  },
};
