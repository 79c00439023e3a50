import { pad, slice, type NamedTensorMap, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

/**
 * The class tokens of tokens-first rows: the first B of them. The gradient is zero everywhere else.
 * Shape: x [N * B, D] -> [B, D].
 */
export function classTokens(x: Tensor2D, batch: number): Tensor2D {
  return runOp<Tensor2D>(classTokensOp, { x }, { batch, rows: x.shape[0] });
}

const classTokensOp: OpDefinition = {
  name: 'EyegazerClassTokens',
  compute: (inputs: NamedTensorMap, attributes) => {
    const { x } = inputs as { x: Tensor2D };
    return slice(x, [0, 0], [Number(attributes['batch']), x.shape[1]]);
  },
  gradient: {
    gradFunc: (dy, _saved, attributes) => ({
      x: () => pad(dy as Tensor2D, [[0, Number(attributes['rows']) - Number(attributes['batch'])], [0, 0]]),
    }),
  },
};
