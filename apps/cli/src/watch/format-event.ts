import { formatCount } from '@eyegazer/client';
import type { ErrorRecord, EventData, ExperimentEvent, SelectionMetric } from '@eyegazer/core';
import { cleanText } from '../output/clean-text.js';
import { formatClock } from '../output/format-time.js';
import type { Paint, Style } from '../output/paint.js';
import { stateStyle } from '../experiments/state-cell.js';
import { formatEvaluation } from './format-evaluation.js';
import { formatProgress } from './format-progress.js';

export interface EventLineOptions {
  metric: SelectionMetric;
  paint: Paint;
}

/** An event as one line of a log; null for what a chart or a count says better. */
export function formatEvent(event: ExperimentEvent, { metric, paint }: EventLineOptions): string | null {
  const line = (word: string, text: string, style?: Style): string =>
    `${paint('dim', formatClock(event.at))}  ${style ? paint(style, word.padEnd(10)) : word.padEnd(10)}  ${cleanText(text)}`.trimEnd();
  switch (event.type) {
    case 'state':
      return line(event.data.state, [event.data.reason, reasonOf(event.data.error)].filter(Boolean).join(' '), stateStyle(event.data.state));
    case 'plan':
      return line('plan', describePlan(event.data));
    case 'progress':
      return line('progress', formatProgress(event.data));
    case 'evaluation':
      return line('evaluation', `update ${formatCount(event.data.update)}  ${formatEvaluation(event.data, metric)}`);
    case 'finding':
      return line('finding', `${event.data.rule} ${event.data.level}: ${event.data.message}`, findingStyle(event.data.level));
    case 'log':
      return event.data.level === 'info' ? null : line(event.data.level, event.data.message, 'yellow');
    case 'metrics':
    case 'artifact':
      return null;
    default:
      return event satisfies never;
  }
}

export function findingStyle(level: EventData<'finding'>['level']): Style {
  return level === 'critical' ? 'red' : level === 'warning' ? 'yellow' : 'dim';
}

function describePlan({ deviceName, effectiveBatch, microBatch, updates, updatesPerEpoch, precision, recompute }: EventData<'plan'>): string {
  const saving = recompute === 'none' ? '' : `, recompute ${recompute}`;
  return `${formatCount(updates)} updates (${formatCount(updatesPerEpoch)} per epoch), batch ${effectiveBatch} in steps of ${microBatch}, on ${deviceName} in ${precision}${saving}`;
}

function reasonOf(error: ErrorRecord | undefined): string | undefined {
  return error && `${error.code}: ${error.message}`;
}
