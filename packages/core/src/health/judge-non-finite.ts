import type { ExperimentConfig } from '../config/experiment-config.js';
import type { EventData } from '../events/experiment-event.js';
import { nonFiniteRemedies } from './remedies.js';

/** N1: the finding for a loss, gradient norm or weight that is not finite; such a run always ends. */
export function judgeNonFinite(options: { what: 'loss' | 'gradient norm' | 'weights' | 'outputs'; update: number; config: ExperimentConfig }): EventData<'finding'> {
  return {
    rule: 'N1',
    level: 'critical',
    update: options.update,
    message: `The ${options.what} stopped being finite at update ${options.update}.`,
    evidence: { what: options.what, update: options.update, learningRate: options.config.training.learningRate },
    remedies: nonFiniteRemedies(options.config),
    healthState: 'confirmed',
  };
}
