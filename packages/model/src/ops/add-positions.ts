import { add, reshape, sum, type NamedTensorMap, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

/**
 * Adds to row n * B + b the position of token n; a position gathers the gradient of the token's rows.
 * Shape: rows [N * B, D], positions [N, D] -> [N * B, D].
 */
export function addPositions(rows: Tensor2D, positions: Tensor2D): Tensor2D {
  return runOp<Tensor2D>(addPositionsOp, { rows, positions }, { tokens: positions.shape[0] });
}

const addPositionsOp: OpDefinition = {
  name: 'EyegazerAddPositions',
  compute: (inputs: NamedTensorMap) => {
    const { rows, positions } = inputs as { rows: Tensor2D; positions: Tensor2D };
    const [M, D] = rows.shape;
    const N = positions.shape[0];
    return reshape(add(reshape(rows, [N, M / N, D]), reshape(positions, [N, 1, D])), [M, D]);
  },
  gradient: {
    gradFunc: (dy, _saved, attributes) => {
      const [M, D] = (dy as Tensor2D).shape;
      const N = Number(attributes['tokens']);
      return {
        rows: () => (dy as Tensor2D).clone(),
        positions: () => sum(reshape(dy as Tensor2D, [N, M / N, D]), 1), // [N, B, D] -> [N, D]
      };
    },
  },
};
