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
  regression: {
    summary: 'Grades as one number, on a larger model, stopped when it collapses',
    value: {
      name: 'grades as a number',
      dataset: 'aptos@3',
      task: { kind: 'regression', loss: 'smoothL1' },
      model: { base: 'google/vit-large-patch16-224' },
      lora: { r: 16, alpha: 16, targetModules: ['query', 'value'] },
      training: { epochs: 15, learningRate: 2e-4, sampler: 'balanced' },
      health: { onCollapse: 'stop' },
      tags: ['aptos', 'large'],
    },
  },
};
