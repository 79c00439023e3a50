import { concat, slice, type NamedTensorMap, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

/** Puts the rows of one matrix between those of another, before row `at`. Shape: rows [M, D], inserted [P, D] -> [M + P, D]. */
export function insertRows(rows: Tensor2D, inserted: Tensor2D, at: number): Tensor2D {
  return runOp<Tensor2D>(insertRowsOp, { rows, inserted }, { at, height: inserted.shape[0] });
}

const insertRowsOp: OpDefinition = {
  name: 'EyegazerInsertRows',
  compute: (inputs: NamedTensorMap, attributes) => {
    const { rows, inserted } = inputs as { rows: Tensor2D; inserted: Tensor2D };
    const at = Number(attributes['at']);
    return concat([range(rows, 0, at), inserted, range(rows, at, rows.shape[0])], 0);
  },
  gradient: {
    gradFunc: (dy, _saved, attributes) => {
      const gradient = dy as Tensor2D;
      const at = Number(attributes['at']);
      const end = at + Number(attributes['height']);
      return {
        rows: () => concat([range(gradient, 0, at), range(gradient, end, gradient.shape[0])], 0),
        inserted: () => range(gradient, at, end),
      };
    },
  },
};

function range(x: Tensor2D, from: number, to: number): Tensor2D {
  return slice(x, [from, 0], [to - from, x.shape[1]]);
}
