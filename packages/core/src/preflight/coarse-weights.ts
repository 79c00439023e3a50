import type { ExperimentConfig } from '../config/experiment-config.js';
import type { SubmitWarning } from '../wire/experiment-wire.js';

/** Rule P1: weights in four bits have sixteen values; what a model saw finely it may not see any more. */
export function findCoarseWeights({ precision }: ExperimentConfig['training']): SubmitWarning | null {
  if (precision !== 'int4') return null;
  return {
    rule: 'P1',
    path: 'training.precision',
    message: 'In 4 bits the frozen weights are rounded to sixteen values a block: some answers will differ from those of the full weights. Train once in int8 too before you trust a small difference.',
  };
}
