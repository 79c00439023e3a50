import { formatCount, formatNumber } from '@eyegazer/client';
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTheme } from './theme.js';
import './line-chart.css';

export interface ChartLine {
  label: string;
  /** Name of a custom property with a colour, e.g. `--series-1`. */
  color: string;
  /** One value per x; null where the line has none. */
  values: readonly (number | null)[];
  /** Band behind the line: what the points merged into one really spanned. */
  band?: { min: readonly (number | null)[]; max: readonly (number | null)[] };
  /** Draws the points too, for series with few of them. */
  points?: boolean;
}

interface LineChartProps {
  /** For screen readers. */
  label: string;
  x: readonly number[];
  lines: readonly ChartLine[];
  height: number;
  /** Positions of vertical marks. */
  marks?: readonly number[];
  log?: boolean;
  /** Fixed lower and upper end of the y axis; null follows the data. */
  range?: readonly [number | null, number | null];
  format?: (value: number) => string;
  compact?: boolean;
}

/** Lines over updates. It draws what it is given: no smoothing, no sampling. The legend reads the point under the cursor, or the last one. */
export function LineChart(props: LineChartProps) {
  const { label, x, lines, log = false, format = formatNumber, compact = false, range } = props;
  const [index, setIndex] = useState<number | null>(null);
  const { theme } = useTheme();
  const shown = index ?? x.length - 1;
  // What a drawn chart cannot change any more: another shape is another chart.
  const shape = [theme, log, range?.join(), ...lines.map((line) => `${line.label}${line.color}${line.band !== undefined}`)].join('|');
  return (
    <figure className="line-chart" data-compact={compact} aria-label={label}>
      <figcaption className="line-chart__legend">
        {lines.map((line) => (
          <span key={line.label} className="line-chart__key">
            <span className="line-chart__swatch" style={{ background: `var(${line.color})` }} aria-hidden="true" />
            {line.label} <strong>{formatOrDash(line.values[shown] ?? lastValue(line.values, shown), format)}</strong>
          </span>
        ))}
        <span className="line-chart__at">{index !== null && x[index] !== undefined ? `update ${formatCount(x[index])}` : ''}</span>
      </figcaption>
      <Plot key={shape} {...props} onIndex={setIndex} />
    </figure>
  );
}

function formatOrDash(value: number | null, format: (value: number) => string): string {
  return value === null ? '–' : format(value);
}

/** The canvas itself: built once, then only given new data. */
function Plot({ x, lines, height, marks = noMarks, log = false, range, format = formatNumber, compact = false, onIndex }: LineChartProps & { onIndex: (index: number | null) => void }) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const marksRef = useRef(marks);
  const data = useMemo(() => alignedData(x, lines, log), [x, lines, log]);
  const build = useEffectEvent((element: HTMLElement) => new uPlot(chartOptions({ element, height, lines, log, range, compact, marksRef, format, onIndex }), data, element));
  const resize = useEffectEvent((plot: uPlot, width: number) => plot.setSize({ width: Math.max(80, Math.floor(width)), height }));

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const plot = build(element);
    chart.current = plot;
    const observer = new ResizeObserver(([entry]) => entry && resize(plot, entry.contentRect.width));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    marksRef.current = marks;
    chart.current?.setData(data);
  }, [data, marks]);

  return <div ref={host} className="line-chart__plot" style={{ height }} aria-hidden="true" />;
}

const noMarks: readonly number[] = [];

function lastValue(values: readonly (number | null)[], upTo: number): number | null {
  for (let i = Math.min(upTo, values.length - 1); i >= 0; i--) if (values[i] !== null && values[i] !== undefined) return values[i] ?? null;
  return null;
}

/** uPlot's columns: x, then per line its values and, where it has a band, maximum and minimum. */
function alignedData(x: readonly number[], lines: readonly ChartLine[], log: boolean): uPlot.AlignedData {
  // A logarithmic axis has no place for zero and below.
  const fit = (values: readonly (number | null)[]): (number | null)[] => (log ? values.map((value) => (value !== null && value > 0 ? value : null)) : [...values]);
  return [[...x], ...lines.flatMap(({ values, band }) => [fit(values), ...(band ? [fit(band.max), fit(band.min)] : [])])];
}

/** Distances between ticks on the axis of updates: 1, 2, 5, 10 ... 5 billion. */
const wholeSteps = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

interface OptionsInput extends Pick<LineChartProps, 'lines' | 'height' | 'log' | 'range' | 'compact' | 'format'> {
  element: HTMLElement;
  marksRef: { current: readonly number[] };
  onIndex: (index: number | null) => void;
}

function chartOptions({ element, height, lines, log, range, compact, marksRef, format, onIndex }: OptionsInput): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: color('--ink-3'),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    border: { show: false },
  };
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const line of lines) {
    const stroke = color(line.color);
    series.push({ stroke, width: 1.75, spanGaps: true, points: line.points ? { show: true, size: 7, fill: stroke, stroke: color('--surface'), width: 1.5 } : { show: false } });
    if (line.band) {
      const edge: uPlot.Series = { stroke: 'transparent', width: 0, spanGaps: true, points: { show: false } };
      series.push(edge, { ...edge });
      bands.push({ series: [series.length - 2, series.length - 1], fill: `${stroke}38` });
    }
  }
  return {
    width: Math.max(80, Math.floor(element.clientWidth)),
    height,
    legend: { show: false },
    padding: [8, 18, 0, 0],
    scales: { x: { time: false }, y: { distr: log ? 3 : 1, ...(range && !log ? { range: (_plot, low, high) => spread(range[0] ?? low, range[1] ?? high) } : {}) } },
    axes: [
      { ...axis, size: 26, space: 70, grid: { show: false }, incrs: wholeSteps, values: (_plot, ticks) => ticks.map((tick) => formatCount(tick)) },
      { ...axis, size: compact ? 50 : 54, space: compact ? 20 : 42, values: (_plot, ticks) => ticks.map((tick) => (tick === null ? '' : (format ?? formatNumber)(tick))) },
    ],
    series,
    bands,
    cursor: { y: false, points: { size: 8 }, drag: { x: true, y: false } },
    hooks: {
      setCursor: [(plot) => onIndex(plot.cursor.idx ?? null)],
      drawClear: [(plot) => drawMarks(plot, marksRef.current, color('--line-strong'))],
    },
  };
}

/** A range with some air when everything in it is equal. */
function spread(low: number, high: number): [number, number] {
  return low === high ? [low - Math.abs(low || 1) * 0.1, high + Math.abs(high || 1) * 0.1] : [low, high];
}

function drawMarks(plot: uPlot, marks: readonly number[], stroke: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const mark of marks) {
    const at = Math.round(plot.valToPos(mark, 'x', true));
    if (at < bbox.left || at > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
