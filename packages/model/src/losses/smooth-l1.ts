/**
 * loss = sum_i w_i * mean_k s(z_ik - t_ik) with s(d) = d^2 / 2 where |d| < 1, else |d| - 1/2 (PyTorch's SmoothL1Loss,
 * beta 1). With m = min(|d|, 1), s = m * (|d| - m / 2); ds/dd = clip(d, -1, 1). Weights as in `crossEntropy`.
 */
import { abs, clipByValue, minimum, mul, sub, sum, type NamedTensorMap, type Scalar, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from '../ops/op-definition.js';

/** Shape: outputs and targets [B, K], weights [B, 1] -> []. */
export function smoothL1(outputs: Tensor2D, targets: Tensor2D, weights: Tensor2D): Scalar {
  return runOp<Scalar>(smoothL1Op, { outputs, targets, weights });
}

const smoothL1Op: OpDefinition = {
  name: 'EyegazerSmoothL1',
  compute: (inputs: NamedTensorMap) => {
    const { outputs, targets, weights } = inputs as { outputs: Tensor2D; targets: Tensor2D; weights: Tensor2D };
    const distance = abs(sub(outputs, targets));
    const near = minimum(distance, 1);
    return sum(mul(mul(near, sub(distance, mul(near, 0.5))), mul(weights, 1 / outputs.shape[1])), [0, 1]);
  },
  gradient: {
    inputsToSave: ['outputs', 'targets', 'weights'],
    gradFunc: (dy, saved) => {
      const [outputs, targets, weights] = saved as [Tensor2D, Tensor2D, Tensor2D];
      return { outputs: (): Tensor => mul(mul(clipByValue(sub(outputs, targets), -1, 1), mul(weights, 1 / outputs.shape[1])), dy as Tensor) };
    },
  },
};
