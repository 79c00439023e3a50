import type { z } from 'zod';
import type { experimentConfigInputSchema } from '../../config/experiment-config.js';

interface Example {
  summary: string;
  value: z.input<typeof experimentConfigInputSchema>;
}

/** Experiment configs to begin from, smallest first. */
export const configExamples: Readonly<Record<string, Example>> = {
  smallest: { summary: 'Only a dataset: everything else has a default', value: { dataset: 'fundus-demo' } },
  binary: {
    summary: 'Two classes: healthy or not',
    value: {
      name: 'healthy or not',
      dataset: 'aptos',
      task: { kind: 'binary', positive: [1, 2, 3, 4] },
      adapter: { r: 8, alpha: 16 },
      training: { epochs: 5, effectiveBatch: 64, learningRate: 5e-4 },
      evaluation: { metric: 'balancedAccuracy' },
    },
  },
  head: {
    summary: 'The head alone, on what a frozen base model sees, with rare classes weighed up',
    value: {
      name: 'linear probe',
      dataset: 'aptos',
      adapter: { method: 'head' },
      training: { learningRate: 5e-3, classWeights: 'balanced', precision: 'int8' },
    },
  },
  full: {
    summary: 'Every weight of a small model, at more pixels than it was pretrained with, averaged over updates',
    value: {
      name: 'full fine-tuning',
      dataset: 'aptos',
      model: { base: 'facebook/deit-tiny-patch16-224', imageSize: 384 },
      adapter: { method: 'full' },
      training: { learningRate: 5e-5, ema: 0.999, recompute: 'selective' },
    },
  },
  regression: {
    summary: 'Grades as one number, on a larger model, stopped when it collapses',
    value: {
      name: 'grades as a number',
      dataset: 'aptos@3',
      task: { kind: 'regression', loss: 'smoothL1' },
      model: { base: 'google/vit-large-patch16-224' },
      lora: { r: 16, alpha: 16, targetModules: 'all-linear' },
      training: { epochs: 15, learningRate: 2e-4, sampler: 'balanced' },
      health: { onCollapse: 'stop' },
      tags: ['aptos', 'large'],
    },
  },
};
