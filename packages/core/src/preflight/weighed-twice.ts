import type { ExperimentConfig } from '../config/experiment-config.js';
import type { SubmitWarning } from '../wire/experiment-wire.js';

/** Rule D5: balanced sampling already shows every class equally often; class weights on top favour rare classes twice. */
export function findWeighedTwice({ sampler, classWeights }: ExperimentConfig['training']): SubmitWarning | null {
  if (sampler !== 'balanced' || classWeights === 'none') return null;
  return {
    rule: 'D5',
    path: 'training.classWeights',
    message: 'Balanced sampling already draws every class equally often: class weights on top of it favour the rare classes twice. Set training.classWeights: none, or training.sampler: shuffle.',
  };
}
