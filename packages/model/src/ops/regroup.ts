import { reshape, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

/** The same numbers under another shape; so is the gradient. Costs nothing. */
export function regroup<T extends Tensor>(x: Tensor, shape: readonly number[]): T {
  return runOp<T>(regroupOp, { x }, { from: [...x.shape], to: [...shape] });
}

const regroupOp: OpDefinition = {
  name: 'EyegazerRegroup',
  compute: (inputs: NamedTensorMap, attributes) => reshape(inputs['x'] as Tensor, attributes['to'] as number[]),
  gradient: {
    gradFunc: (dy, _saved, attributes) => ({ x: () => reshape(dy as Tensor, attributes['from'] as number[]) }),
  },
};
