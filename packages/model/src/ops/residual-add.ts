import { add, type NamedTensorMap, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

/** y = a + b for equal shapes; its gradient goes to both as it is. Shape: [M, D] and [M, D] -> [M, D]. */
export function residualAdd(a: Tensor2D, b: Tensor2D): Tensor2D {
  return runOp<Tensor2D>(residualAddOp, { a, b });
}

const residualAddOp: OpDefinition = {
  name: 'EyegazerResidualAdd',
  compute: (inputs: NamedTensorMap) => {
    const { a, b } = inputs as { a: Tensor; b: Tensor };
    return add(a, b);
  },
  gradient: {
    gradFunc: (dy) => ({ a: () => (dy as Tensor).clone(), b: () => (dy as Tensor).clone() }),
  },
};
