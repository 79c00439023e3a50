import type { ExperimentConfig } from '../config/experiment-config.js';
import type { SubmitWarning } from '../wire/experiment-wire.js';

/** A config may ask for checkpoints, which this release does not write: an interrupted run trains anew. */
export function findMissingCheckpoints({ checkpointEvery }: ExperimentConfig['training']): SubmitWarning | null {
  if (checkpointEvery === null) return null;
  return {
    rule: 'K1',
    path: 'training.checkpointEvery',
    message: 'Checkpoints are not written yet: if this run is interrupted, its next attempt starts from the beginning.',
  };
}
