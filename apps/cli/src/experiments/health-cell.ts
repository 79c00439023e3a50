import type { ExperimentSummary } from '@eyegazer/core';
import type { Cell } from '../output/table.js';

/** What the health rules say, as a flag that nobody overlooks; nothing while all is well. */
export function healthCell({ state, level }: ExperimentSummary['health']): Cell {
  if (level === 'critical') return { text: '! unhealthy', style: 'red' };
  if (level === 'warning') return { text: '! suspicious', style: 'yellow' };
  return state === 'recovered' ? { text: 'recovered', style: 'green' } : '';
}
