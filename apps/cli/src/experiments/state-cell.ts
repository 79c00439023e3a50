import type { ExperimentState, ExperimentSummary } from '@eyegazer/core';
import type { Style } from '../output/paint.js';
import type { Cell } from '../output/table.js';

const styles: Record<ExperimentState, Style> = {
  queued: 'dim',
  placed: 'cyan',
  running: 'cyan',
  paused: 'dim',
  succeeded: 'green',
  failed: 'red',
  cancelled: 'dim',
  stopped: 'yellow',
};

export function stateStyle(state: ExperimentState): Style {
  return styles[state];
}

/** The state; of a run under way with its share of the updates, as the trainer counts them. */
export function stateCell({ state, progress }: Pick<ExperimentSummary, 'state' | 'progress'>): Cell {
  const share = state === 'running' && progress && progress.updates > 0 ? ` ${Math.floor((100 * progress.update) / progress.updates)} %` : '';
  return { text: `${state}${share}`, style: styles[state] };
}
