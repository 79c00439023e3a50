/**
 * A series as a line chart of characters. What stands in it comes from min/max buckets: every spike of the series is a
 * spike of the chart, however narrow the terminal, and nothing is smoothed or invented between two points.
 */
import { formatCount, formatNumber } from '@eyegazer/client';
import asciichart from 'asciichart';
import type { SeriesBucket } from '@eyegazer/core';
import { padText } from './display-width.js';

export interface ChartOptions {
  /** Columns of the terminal. */
  width: number;
  /** Rows of the plot itself. */
  height: number;
}

/** Columns of the labels, at least; so that a chart that grows does not jump. */
const labelColumns = 7;
/** asciichart's own, but no cross on the axis where a line begins. */
const symbols = ['┤', '┤', '╶', '╴', '─', '╰', '╭', '╮', '╯', '│'];

/** The lines of a chart: title, plot, the updates at both ends. None for a series without points. */
export function formatChart(title: string, buckets: readonly SeriesBucket[], { width, height }: ChartOptions): string[] {
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (!first || !last) return [];
  const min = Math.min(...buckets.map((bucket) => bucket.min));
  const max = Math.max(...buckets.map((bucket) => bucket.max));
  // A flat line lies in the middle of a scale around it.
  const margin = max > min ? 0 : Math.max(Math.abs(max) / 10, 1e-6);
  const scale = { min: min - margin, max: max + margin };
  const labels = labelsOf(scale, height);
  const axis = Math.max(labelColumns, ...labels.map((label) => label.length));
  const columns = Math.max(2, width - axis - 2);
  // Counted from the lowest value: it rounds multiples of a row from zero, which would move a line by one.
  const plot = asciichart.plot(spreadBuckets(buckets, columns).map((value) => value - scale.min), {
    height: height - 1,
    min: 0,
    max: scale.max - scale.min,
    offset: 2,
    symbols,
    format: (value) => padText(formatTick(value + scale.min, scale), axis, 'right'),
  });
  const [from, to] = [formatCount(first.from), `update ${formatCount(last.to)}`];
  const ends = from + ' '.repeat(Math.max(1, columns - from.length - to.length)) + to;
  return [`${' '.repeat(axis)}  ${title} ${formatNumber(last.last)}`, ...plot.split('\n').map((line) => line.trimEnd()), `${' '.repeat(axis)}  ${ends}`];
}

/**
 * One value per column, over all of them. A bucket of several points takes two columns, its extremes, the one nearer to the
 * line so far first; where there are too many buckets, neighbours become one, and where there are few, each is held.
 */
export function spreadBuckets(buckets: readonly SeriesBucket[], columns: number): number[] {
  if (buckets.length === 0) return [];
  const whole = valuesOf(buckets);
  const values = whole.length <= columns ? whole : valuesOf(mergeBuckets(buckets, Math.max(1, Math.floor(columns / 2))));
  return Array.from({ length: columns }, (_, column) => values[Math.floor((column * values.length) / columns)] ?? 0);
}

function valuesOf(buckets: readonly SeriesBucket[]): number[] {
  const values: number[] = [];
  for (const { min, max, last } of buckets) {
    const before = values.at(-1) ?? min;
    if (min === max) values.push(last);
    else values.push(...(Math.abs(before - min) <= Math.abs(before - max) ? [min, max] : [max, min]));
  }
  return values;
}

/** Neighbours joined to so many buckets, each of nearly as many as the next. */
function mergeBuckets(buckets: readonly SeriesBucket[], count: number): SeriesBucket[] {
  const groups = Math.min(count, buckets.length);
  return Array.from({ length: groups }, (_, i) => {
    const part = buckets.slice(Math.floor((i * buckets.length) / groups), Math.floor(((i + 1) * buckets.length) / groups));
    const [first, last] = [part[0], part.at(-1)];
    if (!first || !last) throw new RangeError('a group of buckets is never empty');
    return { from: first.from, to: last.to, min: Math.min(...part.map(({ min }) => min)), max: Math.max(...part.map(({ max }) => max)), last: last.last };
  });
}

interface Scale {
  min: number;
  max: number;
}

function labelsOf(scale: Scale, height: number): string[] {
  return Array.from({ length: height }, (_, row) => formatTick(scale.max - (row * (scale.max - scale.min)) / Math.max(1, height - 1), scale));
}

/** As many decimals as tell the rows apart: `0.52`, `0.004`, `12`, `3.2e-7`. */
function formatTick(value: number, { min, max }: Scale): string {
  const size = Math.max(Math.abs(min), Math.abs(max));
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1).replace('e+', 'e');
  const decimals = Math.min(5, Math.max(0, 2 - Math.floor(Math.log10(max - min))));
  return value.toFixed(decimals);
}
