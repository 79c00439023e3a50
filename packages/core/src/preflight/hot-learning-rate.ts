import { sqrtScaledLearningRate } from '../schedule/reference-learning-rate.js';
import type { SubmitWarning } from '../wire/experiment-wire.js';

const hotFactor = 3;

/** Rule L2: a learning rate more than three times the reference, scaled to the effective batch, tends to collapse a run. */
export function findHotLearningRate(options: { learningRate: number; effectiveBatch: number }): SubmitWarning | null {
  const { learningRate, effectiveBatch } = options;
  const scaled = sqrtScaledLearningRate(effectiveBatch);
  const factor = learningRate / scaled;
  if (factor <= hotFactor) return null;
  return {
    rule: 'L2',
    path: 'training.learningRate',
    message:
      `The learning rate ${learningRate} is ${factor.toFixed(1)} times the usual ${scaled.toPrecision(2)} for an effective batch of ${effectiveBatch}: ` +
      `the run may collapse. Try ${scaled.toPrecision(2)}.`,
  };
}
