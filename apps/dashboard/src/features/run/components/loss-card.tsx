import type { EventData } from '@eyegazer/core';
import { useMemo, useState } from 'react';
import { extentOf, type RunSeries } from '../../../live/run-series.js';
import { alignLines } from '../../../ui/align-lines.js';
import { Choice } from '../../../ui/field.js';
import { LineChart, type ChartLine } from '../../../ui/line-chart.js';

const height = 290;

/** The loss as it falls: every update of training, and the held-out loss at each evaluation. */
export function LossCard({ series, evaluations }: { series: RunSeries; evaluations: readonly EventData<'evaluation'>[] }) {
  const [log, setLog] = useState(false);
  const loss = series.byName['loss'];
  const { points, lastUpdate } = useMemo(() => extentOf(loss ?? []), [loss]);
  const { x, lines, marks } = useMemo(() => {
    const heldOut = evaluations.map(({ update, metrics }) => ({ x: update, y: metrics.loss }));
    const aligned = alignLines(loss ?? [], [heldOut]);
    const all: ChartLine[] = [
      { label: 'training', color: '--series-1', values: aligned.bucket.last, band: aligned.bucket },
      { label: 'held out', color: '--series-2', values: aligned.points[0] ?? [], points: true },
    ];
    return { x: aligned.x, lines: all, marks: evaluations.map(({ update }) => update) };
  }, [loss, evaluations]);
  return (
    <section className="card loss-card" data-testid="loss-chart" data-points={points} data-last-update={lastUpdate ?? ''}>
      <div className="card__head">
        <h2>Loss</h2>
        <Choice type="checkbox" checked={log} onChange={setLog} testId="loss-log">
          Log scale
        </Choice>
      </div>
      {points === 0 && evaluations.length === 0 ? (
        <p className="chart-empty muted small" style={{ height: height + 27 }}>
          The curve begins with the first update.
        </p>
      ) : (
        <LineChart label={`Training loss over ${points} updates and held-out loss at ${evaluations.length} evaluations`} x={x} lines={lines} marks={marks} height={height} log={log} />
      )}
    </section>
  );
}
