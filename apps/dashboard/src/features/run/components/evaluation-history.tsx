import type { EvaluationMetrics, EventData } from '@eyegazer/core';
import { useMemo } from 'react';
import { alignLines } from '../../../ui/align-lines.js';
import { formatMetric } from '../../../ui/format-number.js';
import { LineChart, type ChartLine } from '../../../ui/line-chart.js';

const shown: { name: keyof EvaluationMetrics; label: string; color: string }[] = [
  { name: 'accuracy', label: 'accuracy', color: '--series-2' },
  { name: 'balancedAccuracy', label: 'balanced', color: '--series-1' },
  { name: 'qwk', label: 'QWK', color: '--series-3' },
  { name: 'macroF1', label: 'macro F1', color: '--series-4' },
];
const range = [null, 1] as const;

/** How the metrics went from evaluation to evaluation. */
export function EvaluationHistory({ evaluations }: { evaluations: readonly EventData<'evaluation'>[] }) {
  const { x, lines } = useMemo(() => {
    const aligned = alignLines([], shown.map(({ name }) => evaluations.map(({ update, metrics }) => ({ x: update, y: metrics[name] }))));
    const all: ChartLine[] = shown.map(({ label, color }, i) => ({ label, color, values: aligned.points[i] ?? [], points: true }));
    return { x: aligned.x, lines: all };
  }, [evaluations]);
  return <LineChart label={`Metrics of ${evaluations.length} evaluations`} x={x} lines={lines} height={210} range={range} format={formatMetric} />;
}
