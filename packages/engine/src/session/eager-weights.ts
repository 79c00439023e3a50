import { AppError } from '@eyegazer/core';
import type { BaseModel } from '@eyegazer/formats';
import type { Adaptation } from '@eyegazer/model';
import { reshape, tensor, type Tensor } from '@tensorflow/tfjs-core';

/** The frozen weights as tfjs tensors, read once. */
export interface EagerWeights {
  weight: (name: string, shape: readonly number[]) => Tensor;
  dispose: () => void;
}

/** Reads every frozen weight of a model onto the current backend; none where all of them train. */
export async function loadEagerWeights(model: BaseModel, { method }: Adaptation): Promise<EagerWeights> {
  const tensors = new Map<string, Tensor>();
  if (method !== 'full') for (const [name, { shape }] of model.tensors) tensors.set(name, tensor(await model.readTensor(name), [...shape]));
  return {
    weight: (name, shape) => {
      const found = tensors.get(name);
      if (found === undefined) throw new AppError('BAD_MODEL', `${model.weightsPath}: expected a tensor "${name}", found none.`);
      return reshape(found, [...shape]);
    },
    dispose: () => {
      for (const each of tensors.values()) each.dispose();
    },
  };
}
