import { AppError } from '../errors/app-error.js';

export const attemptStates = ['placed', 'starting', 'running', 'succeeded', 'failed', 'lost', 'superseded', 'cancelled'] as const;
export type AttemptState = (typeof attemptStates)[number];

/** Legal transitions of an attempt, one execution of an experiment by a worker. Its number is the fencing token. */
export const attemptTransitions = {
  placed: ['starting', 'failed', 'lost', 'superseded', 'cancelled'],
  starting: ['running', 'failed', 'lost', 'superseded', 'cancelled'],
  running: ['succeeded', 'failed', 'lost', 'superseded', 'cancelled'],
  succeeded: [],
  failed: [],
  lost: [],
  superseded: [],
  cancelled: [],
} as const satisfies Record<AttemptState, readonly AttemptState[]>;

/** True while the attempt may write events and holds its lease. */
export function isLive(state: AttemptState): boolean {
  return state === 'placed' || state === 'starting' || state === 'running';
}

/** @throws AppError ILLEGAL_TRANSITION */
export function assertAttemptTransition(from: AttemptState, to: AttemptState): void {
  const allowed: readonly AttemptState[] = attemptTransitions[from];
  if (allowed.includes(to)) return;
  throw new AppError('ILLEGAL_TRANSITION', `An attempt that is ${from} cannot become ${to}.`, { details: { from, to, allowed } });
}
