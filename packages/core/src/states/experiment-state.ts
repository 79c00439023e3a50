import { AppError } from '../errors/app-error.js';

export const experimentStates = ['queued', 'placed', 'running', 'paused', 'succeeded', 'failed', 'cancelled', 'stopped'] as const;
export type ExperimentState = (typeof experimentStates)[number];

/**
 * Legal transitions of an experiment. `queued` again after `placed` or `running` means a new attempt will follow;
 * `stopped` is a health stop, which still has a bundle.
 */
export const experimentTransitions = {
  queued: ['placed', 'cancelled'],
  placed: ['running', 'queued', 'failed', 'cancelled'],
  running: ['paused', 'queued', 'succeeded', 'failed', 'cancelled', 'stopped'],
  paused: ['queued', 'cancelled'],
  succeeded: [],
  failed: ['queued'],
  cancelled: ['queued'],
  stopped: ['queued'],
} as const satisfies Record<ExperimentState, readonly ExperimentState[]>;

/** True for a state that no worker is needed to leave. */
export function isEnded(state: ExperimentState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'stopped';
}

/** @throws AppError ILLEGAL_TRANSITION that names what is allowed instead */
export function assertExperimentTransition(from: ExperimentState, to: ExperimentState): void {
  const allowed: readonly ExperimentState[] = experimentTransitions[from];
  if (allowed.includes(to)) return;
  const final = to === 'queued' ? 'this state is final; submit its config again to train it anew' : 'this state is final';
  const instead = allowed.length === 0 ? final : `expected one of ${allowed.join(', ')}`;
  throw new AppError('ILLEGAL_TRANSITION', `An experiment that is ${from} cannot become ${to}: ${instead}.`, { details: { from, to, allowed } });
}
