import { reshape, sum, tile, type NamedTensorMap, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

/**
 * Tokens that are the same for every sample, as tokens-first rows: token p of sample b is row p * B + b. Each token gathers
 * the gradient of all its rows. Shape: tokens [P, D] -> [P * B, D].
 */
export function tokenRows(tokens: Tensor2D, batch: number): Tensor2D {
  return runOp<Tensor2D>(tokenRowsOp, { tokens }, { batch });
}

const tokenRowsOp: OpDefinition = {
  name: 'EyegazerTokenRows',
  compute: (inputs: NamedTensorMap, attributes) => {
    const { tokens } = inputs as { tokens: Tensor2D };
    const [P, D] = tokens.shape;
    const batch = Number(attributes['batch']);
    return reshape(tile(reshape(tokens, [P, 1, D]), [1, batch, 1]), [P * batch, D]); // [P, D] -> [P, B, D] -> [P * B, D]
  },
  gradient: {
    gradFunc: (dy, _saved, attributes) => {
      const [rows, D] = (dy as Tensor2D).shape;
      const batch = Number(attributes['batch']);
      return { tokens: () => sum(reshape(dy as Tensor2D, [rows / batch, batch, D]), 1) };
    },
  },
};
