import type { AdapterMethod } from '../config/adapter-config.js';
import { sqrtScaledLearningRate } from '../schedule/reference-learning-rate.js';
import type { SubmitWarning } from '../wire/experiment-wire.js';

const hotFactor = 3;

const words: Readonly<Record<AdapterMethod, string>> = { lora: 'LoRA', head: 'a head alone', full: 'full fine-tuning' };

/** Rule L2: a learning rate more than three times the reference of what trains, scaled to the effective batch, tends to collapse a run. */
export function findHotLearningRate(options: { learningRate: number; effectiveBatch: number; method: AdapterMethod }): SubmitWarning | null {
  const { learningRate, effectiveBatch, method } = options;
  const scaled = sqrtScaledLearningRate(effectiveBatch, method);
  const factor = learningRate / scaled;
  if (factor <= hotFactor) return null;
  return {
    rule: 'L2',
    path: 'training.learningRate',
    message:
      `The learning rate ${learningRate} is ${factor.toFixed(1)} times the usual ${scaled.toPrecision(2)} of ${words[method]} for an effective batch of ${effectiveBatch}: ` +
      `the run may collapse. Try ${scaled.toPrecision(2)}.`,
  };
}
