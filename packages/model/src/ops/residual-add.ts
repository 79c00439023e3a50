import { add, type NamedTensorMap, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

/** y = a + b, a the residual stream so far; the gradient goes to both as it is. Shape: [M, D] and [M, D] -> [M, D]. */
export function residualAdd(a: Tensor2D, b: Tensor2D): Tensor2D {
  return runOp<Tensor2D>(residualAddOp, { a, b });
}

const residualAddOp: OpDefinition = {
  name: 'EyegazerResidualAdd',
  compute: (inputs: NamedTensorMap) => {
    const { a, b } = inputs as { a: Tensor; b: Tensor };
    return add(a, b);
  },
  record: (backend, { a, b }) => {
    if (a === undefined || b === undefined) throw new Error('A residual sum lacks an operand.');
    const sum = backend.recordOne({ opType: 'Add', inputs: [a, b], outputShape: a.shape });
    for (const info of [a, sum]) backend.builder.markResidual(backend.idOf(info));
    return sum;
  },
  gradient: {
    gradFunc: (dy) => ({ a: () => (dy as Tensor).clone(), b: () => (dy as Tensor).clone() }),
  },
};
