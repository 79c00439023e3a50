import type { EventData } from '../events/experiment-event.js';

export type HealthState = EventData<'finding'>['healthState'];

/**
 * Folds one evaluation into the state of a run's health: two unhealthy evaluations confirm (one is enough when it is
 * `certain`), one healthy evaluation clears.
 */
export function nextHealthState(state: HealthState, evaluation: 'healthy' | 'unhealthy' | 'certain'): HealthState {
  if (evaluation === 'healthy') return state === 'confirmed' || state === 'recovered' ? 'recovered' : 'ok';
  if (evaluation === 'certain') return 'confirmed';
  return state === 'suspected' || state === 'confirmed' ? 'confirmed' : 'suspected';
}
