import { concat, slice, type NamedTensorMap, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

/** Matrices of one width below each other; each gets its own rows of the gradient. Shape: [M_i, D]... -> [sum M_i, D]. */
export function stackRows(parts: readonly Tensor2D[]): Tensor2D {
  const inputs = Object.fromEntries(parts.map((part, i) => [`part${i}`, part]));
  return runOp<Tensor2D>(stackRowsOp, inputs, { heights: parts.map((part) => part.shape[0]) });
}

const stackRowsOp: OpDefinition = {
  name: 'EyegazerStackRows',
  compute: (inputs: NamedTensorMap, attributes) => concat((attributes['heights'] as number[]).map((_, i) => inputs[`part${i}`] as Tensor2D), 0),
  gradient: {
    gradFunc: (dy, _saved, attributes) => {
      const gradient = dy as Tensor2D;
      let start = 0;
      return Object.fromEntries(
        (attributes['heights'] as number[]).map((height, i) => {
          const from = start;
          start += height;
          return [`part${i}`, () => slice(gradient, [from, 0], [height, gradient.shape[1]])];
        }),
      );
    },
  },
};
