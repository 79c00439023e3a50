import { engine, keep, type Scalar, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { createParameters, type ModelTensors } from './model-tensors.js';
import { stepNames, type StepSpec } from './step-inputs.js';
import { vitLogits } from './vit-logits.js';
import { vitLoss } from './vit-loss.js';

export interface StepTensors extends Omit<ModelTensors, 'trainable'> {
  /** Shape: [B, 3, S, S] */
  pixels: Tensor4D;
  /** Shape: [B, K], see `encodeTargets` */
  targets: Tensor2D;
  /** Shape: [B, 1] */
  weights: Tensor2D;
  trainable: ReadonlyMap<string, Tensor>;
}

export interface StepResult {
  loss: Scalar;
  /** Shape: [B, K] */
  logits: Tensor2D;
  /** By the trainable tensor's name. */
  gradients: Map<string, Tensor>;
}

/**
 * One training step, forward and backward, on whatever backend is set: traced it gives a graph, eager it gives numbers.
 * The caller disposes the result, or runs this in a `tidy`.
 */
export function trainStep(spec: StepSpec, tensors: StepTensors): StepResult {
  const { trainable } = tensors;
  let keptLogits: Tensor2D | null = null as Tensor2D | null;
  const parameters = createParameters(spec, { ...tensors, trainable: (name) => required(trainable.get(name), name) });
  const forward = (): Scalar => {
    const logits = vitLogits(tensors.pixels, parameters, spec.config);
    keptLogits = keep(logits); // tfjs disposes all but the loss of a differentiated function
    return vitLoss({ logits, targets: tensors.targets, weights: tensors.weights }, spec.head);
  };
  const { value, grads } = engine().gradients(forward, [...trainable.values()]);
  const kept = required(keptLogits, stepNames.logits);
  const logits = kept.clone(); // a tensor of the caller's scope in place of the kept one
  kept.dispose();
  const gradients = new Map([...trainable.keys()].map((name, i) => [name, required(grads[i], name)]));
  return { loss: value, logits, gradients };
}

function required<T>(value: T | null | undefined, name: string): T {
  if (value === undefined || value === null) throw new Error(`Expected a tensor for "${name}", found none.`);
  return value;
}
