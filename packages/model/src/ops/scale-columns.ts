import { mul, sum, type NamedTensorMap, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

/** Each column times its own factor, as LayerScale does (Touvron et al. 2021, arXiv:2103.17239). Shape: x [M, D], factors [D] -> [M, D]. */
export function scaleColumns(x: Tensor2D, factors: Tensor1D): Tensor2D {
  return runOp<Tensor2D>(scaleColumnsOp, { x, factors });
}

const scaleColumnsOp: OpDefinition = {
  name: 'EyegazerScaleColumns',
  compute: (inputs: NamedTensorMap) => {
    const { x, factors } = inputs as { x: Tensor; factors: Tensor };
    return mul(x, factors);
  },
  gradient: {
    inputsToSave: ['x', 'factors'],
    gradFunc: (dy, saved) => {
      const [x, factors] = saved as [Tensor, Tensor];
      return { x: () => mul(dy as Tensor, factors), factors: () => sum(mul(dy as Tensor, x), 0) };
    },
  },
};
