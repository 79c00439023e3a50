import { mul, type NamedTensorMap, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

/**
 * Inverted dropout by a mask that holds 0 or 1 / (1 - p): y = x * mask. The same mask scales the gradient.
 * Shape: x and mask [M, D] -> [M, D]. The mask has no gradient.
 */
export function dropout(x: Tensor2D, mask: Tensor2D): Tensor2D {
  return runOp<Tensor2D>(dropoutOp, { x, mask });
}

const dropoutOp: OpDefinition = {
  name: 'EyegazerDropout',
  compute: (inputs: NamedTensorMap) => {
    const { x, mask } = inputs as { x: Tensor; mask: Tensor };
    return mul(x, mask);
  },
  gradient: {
    inputsToSave: ['mask'],
    gradFunc: (dy, saved) => ({ x: () => mul(dy as Tensor, saved[0] as Tensor) }),
  },
};
