import { useMemo } from 'react';
import type { RunSeries } from '../../../live/run-series.js';
import { alignLines } from '../../../ui/align-lines.js';
import { LineChart, type ChartLine } from '../../../ui/line-chart.js';

const charts = [
  { name: 'learningRate', label: 'learning rate', color: '--series-4' },
  { name: 'gradNorm', label: 'gradient norm', color: '--series-3' },
  { name: 'imagesPerSecond', label: 'images/s', color: '--series-5' },
] as const;
const height = 88;

/** What moves beside the loss: learning rate, gradient norm, speed. */
export function SideCharts({ series }: { series: RunSeries }) {
  return (
    <section className="card side-charts" aria-label="Learning rate, gradient norm and speed">
      {charts.map((chart) => (
        <SideChart key={chart.name} series={series} {...chart} />
      ))}
    </section>
  );
}

function SideChart({ series, name, label, color }: { series: RunSeries } & (typeof charts)[number]) {
  const buckets = series.byName[name];
  const { x, lines } = useMemo(() => {
    const aligned = alignLines(buckets ?? [], []);
    const all: ChartLine[] = [{ label, color, values: aligned.bucket.last, band: aligned.bucket }];
    return { x: aligned.x, lines: all };
  }, [buckets, label, color]);
  return <LineChart label={`${label} over updates`} x={x} lines={lines} height={height} compact />;
}
