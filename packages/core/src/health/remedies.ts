import type { ExperimentConfig } from '../config/experiment-config.js';
import type { EventData } from '../events/experiment-event.js';
import { sqrtScaledLearningRate } from '../schedule/reference-learning-rate.js';

export type Remedy = EventData<'finding'>['remedies'][number];

/** What to try against a collapse, most promising first; only what would change the given config. */
export function collapseRemedies(config: ExperimentConfig): Remedy[] {
  const { training, task, adapter } = config;
  const learningRate = Number(Math.min(sqrtScaledLearningRate(training.effectiveBatch, adapter.method), training.learningRate / 2).toPrecision(2));
  const remedies: Remedy[] = [
    {
      text: `Lower the learning rate from ${training.learningRate} to ${learningRate}, with 10 % warm-up.`,
      changes: { 'training.learningRate': learningRate, 'training.warmupRatio': Math.max(0.1, training.warmupRatio) },
    },
  ];
  if (training.sampler !== 'balanced') {
    remedies.push({ text: 'Draw every class equally often (balanced sampling).', changes: { 'training.sampler': 'balanced' } });
  }
  remedies.push({ text: `Train longer: ${2 * training.epochs} epochs instead of ${training.epochs}.`, changes: { 'training.epochs': 2 * training.epochs } });
  remedies.push({ text: 'Use a base model of higher resolution: small lesions vanish at few pixels.', changes: {} });
  if (task.kind === 'multiclass') {
    remedies.push({ text: 'If the classes are grades, train a regression head: it cannot skip the grades in between.', changes: { 'task.kind': 'regression', ...(training.classWeights === 'none' ? {} : { 'training.classWeights': 'none' }) } });
  }
  return remedies;
}

/** What to try after a value that is not finite. */
export function nonFiniteRemedies(config: ExperimentConfig): Remedy[] {
  const learningRate = config.training.learningRate / 2;
  return [{ text: `Clone with half the learning rate: ${learningRate}.`, changes: { 'training.learningRate': learningRate } }];
}
