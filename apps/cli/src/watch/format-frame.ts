import { formatCount } from '@eyegazer/client';
import type { SeriesBucket } from '@eyegazer/core';
import { formatChart } from '../output/chart.js';
import { cleanText } from '../output/clean-text.js';
import { displayWidth, truncateText } from '../output/display-width.js';
import { formatMetric } from '../output/format-number.js';
import type { Output } from '../output/output.js';
import { formatProgressBar } from '../output/progress-bar.js';
import { formatSparkline } from '../output/sparkline.js';
import { shortId } from '../experiments/short-id.js';
import { stateStyle } from '../experiments/state-cell.js';
import { bestEvaluation } from './best-evaluation.js';
import { formatEvaluation } from './format-evaluation.js';
import { formatProgress } from './format-progress.js';
import type { RunView } from './run-view.js';

export interface FrameOptions extends Pick<Output, 'paint' | 'rows'> {
  width: number;
  loss: readonly SeriesBucket[];
  /** Said in place of nothing while the server is out of reach. */
  notice: string | null;
}

const barColumns = 20;
const sparkColumns = 24;
const tallest = 12;

/** The live picture of a run: head, loss as a chart, the metric of its evaluations, how far it is. No line is wider than `width`. */
export function formatFrame(view: RunView, { width, rows, loss, notice, paint }: FrameOptions): string[] {
  const head = `${shortId(view.id)}  ${cleanText(view.name)}  `;
  const where = [view.attempt > 1 ? `attempt ${view.attempt}` : '', cleanText(view.device ?? '')].filter(Boolean).join(' on ');
  const rest = truncateText(where, width - displayWidth(head) - view.state.length - 2);
  const chart = formatChart('loss', loss, { width, height: Math.max(3, Math.min(tallest, rows - 9)) });
  return [
    '',
    `${paint('bold', truncateText(head, width - view.state.length))}${paint(stateStyle(view.state), view.state)}  ${paint('dim', rest)}`.trimEnd(),
    ...chart.map((line) => truncateText(line, width)),
    ...formatEvaluations(view, width),
    ...formatBar(view, width),
    ...(notice === null ? [] : [paint('yellow', truncateText(notice, width))]),
  ];
}

function formatEvaluations({ evaluations, metric }: RunView, width: number): string[] {
  const newest = evaluations.at(-1);
  const best = bestEvaluation(evaluations, metric);
  if (!newest || !best) return [];
  const spark = formatSparkline(evaluations.map(({ metrics }) => metrics[metric]), sparkColumns);
  const text = `${spark}  ${formatEvaluation(newest, metric)}  best ${formatMetric(best.metrics[metric])} at update ${formatCount(best.update)}`;
  return [truncateText(text, width)];
}

function formatBar({ progress, state }: RunView, width: number): string[] {
  if (!progress || state !== 'running') return [];
  const share = progress.updates === 0 ? 0 : progress.update / progress.updates;
  return [truncateText(`${formatProgressBar(share, barColumns)}  ${formatProgress(progress)}`, width)];
}
