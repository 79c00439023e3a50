import { add, mean, mul, rsqrt, square, sub, type NamedTensorMap, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { runOp, type OpDefinition } from './op-definition.js';

/**
 * The three outputs of ONNX `LayerNormalization`: y, the mean and 1 / sqrt(var + eps) of each row.
 * Shape: x [M, D], gamma and beta [D] -> [M, D], [M, 1], [M, 1]. It has no gradient; `layerNorm` does.
 */
export function layerNormStatistics(x: Tensor2D, gamma: Tensor1D, beta: Tensor1D, epsilon: number): [Tensor2D, Tensor2D, Tensor2D] {
  return runOp<[Tensor2D, Tensor2D, Tensor2D]>(statisticsOp, { x, gamma, beta }, { epsilon });
}

const statisticsOp: OpDefinition = {
  name: 'EyegazerLayerNormStatistics',
  compute: (inputs: NamedTensorMap, attributes) => {
    const { x, gamma, beta } = inputs as { x: Tensor2D; gamma: Tensor1D; beta: Tensor1D };
    const rowMean = mean(x, 1, true); // [M, D] -> [M, 1]
    const centred = sub(x, rowMean);
    const invStd = rsqrt(add(mean(square(centred), 1, true), Number(attributes['epsilon'])));
    return [add(mul(mul(centred, invStd), gamma), beta), rowMean, invStd];
  },
  record: (backend, { x, gamma, beta }, attributes) => {
    if (x === undefined || gamma === undefined || beta === undefined) throw new Error('A layer normalisation lacks an operand.');
    const column = [x.shape[0] ?? 0, 1];
    return backend.record({
      opType: 'LayerNormalization',
      inputs: [x, gamma, beta],
      attributes: { axis: { int: -1 }, epsilon: { float: Number(attributes['epsilon']) } },
      outputShapes: [x.shape, column, column],
    });
  },
};
