import { concat, mul, pad, reshape, slice, sum, tile, type NamedTensorMap, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

export interface TokenCounts {
  batch: number;
  /** Tokens before the patches. */
  numPrefix: number;
}

/**
 * The class token of each sample beside the mean of its patch tokens; other tokens before the patches count in neither.
 * Shape: tokens-first rows [N * B, D] -> [B, 2 * D].
 */
export function classAndPatchMean(x: Tensor2D, { batch, numPrefix }: TokenCounts): Tensor2D {
  return runOp<Tensor2D>(classAndPatchMeanOp, { x }, { batch, numPrefix, rows: x.shape[0] });
}

const classAndPatchMeanOp: OpDefinition = {
  name: 'EyegazerClassAndPatchMean',
  compute: (inputs: NamedTensorMap, attributes) => {
    const { x } = inputs as { x: Tensor2D };
    const { B, first, P } = countsOf(attributes);
    const D = x.shape[1];
    const patches = reshape(slice(x, [first, 0], [P * B, D]), [P, B, D]); // [N * B, D] -> [P, B, D]
    return concat([slice(x, [0, 0], [B, D]), mul(sum(patches, 0), 1 / P) as Tensor2D], 1); // -> [B, 2 * D]
  },
  gradient: {
    gradFunc: (dy, _saved, attributes) => {
      const { B, first, P } = countsOf(attributes);
      const D = (dy as Tensor2D).shape[1] / 2;
      return {
        x: () => {
          const prefix = pad(slice(dy as Tensor2D, [0, 0], [B, D]), [[0, first - B], [0, 0]]);
          const share = mul(slice(dy as Tensor2D, [0, D], [B, D]), 1 / P) as Tensor2D;
          return concat([prefix, tile(share, [P, 1])], 0); // -> [N * B, D]
        },
      };
    },
  },
};

/** Samples, the first row of the patches, and patches of a sample. */
function countsOf(attributes: Readonly<Record<string, unknown>>): { B: number; first: number; P: number } {
  const B = Number(attributes['batch']);
  const first = Number(attributes['numPrefix']) * B;
  return { B, first, P: (Number(attributes['rows']) - first) / B };
}
