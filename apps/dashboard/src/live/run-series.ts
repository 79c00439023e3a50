/**
 * The series of one attempt as the charts hold them: buckets from the server's pyramid, then one bucket per point that
 * the socket brings. When there are too many, neighbours are merged two by two, keeping minimum, maximum and last: a
 * spike gets narrower and never disappears.
 */
import type { EventData, SeriesAnswer, SeriesBucket } from '@eyegazer/core';

export interface RunSeries {
  attempt: number;
  /** Sequence number of the last event that is in the series. */
  upTo: number;
  byName: Readonly<Record<string, readonly SeriesBucket[]>>;
}

/** Most buckets kept per series; above it they are merged down to half. */
export const mostBuckets = 4000;

/** Series as the server answers them. */
export function createRunSeries(answer: SeriesAnswer): RunSeries {
  return { attempt: answer.attempt, upTo: answer.upTo, byName: answer.series };
}

/** Adds the points of one metrics event; points of an older attempt or of what is there already change nothing. */
export function appendMetrics(series: RunSeries, event: { seq: number; attempt: number; data: EventData<'metrics'> }): RunSeries {
  if (event.seq <= series.upTo || event.attempt < series.attempt) return series;
  const base = event.attempt > series.attempt ? {} : series.byName;
  const byName: Record<string, readonly SeriesBucket[]> = { ...base };
  for (const [name, values] of Object.entries(event.data.series)) {
    const buckets = (base as Record<string, readonly SeriesBucket[]>)[name] ?? [];
    byName[name] = compactBuckets(appendPoints(buckets, event.data.updates, values), mostBuckets);
  }
  return { attempt: event.attempt, upTo: event.seq, byName };
}

function appendPoints(buckets: readonly SeriesBucket[], updates: readonly number[], values: readonly number[]): SeriesBucket[] {
  const all = [...buckets];
  updates.forEach((update, i) => {
    const value = values[i];
    if (value === undefined) return;
    const end = all.at(-1);
    if (end && update <= end.to) all[all.length - 1] = { ...end, min: Math.min(end.min, value), max: Math.max(end.max, value), last: value };
    else all.push({ from: update, to: update, min: value, max: value, last: value });
  });
  return all;
}

/** Merges neighbours two by two until at most `most` buckets are left; minima and maxima survive. */
export function compactBuckets(buckets: readonly SeriesBucket[], most: number): readonly SeriesBucket[] {
  let current = buckets;
  while (current.length > most) {
    const merged: SeriesBucket[] = [];
    for (let i = 0; i < current.length; i += 2) {
      const left = current[i];
      const right = current[i + 1];
      if (left && right) merged.push({ from: left.from, to: right.to, min: Math.min(left.min, right.min), max: Math.max(left.max, right.max), last: right.last });
      else if (left) merged.push(left);
    }
    current = merged;
  }
  return current;
}

/** How many updates a series covers, and the last of them. */
export function extentOf(buckets: readonly SeriesBucket[]): { points: number; lastUpdate: number | null } {
  return { points: buckets.reduce((sum, { from, to }) => sum + to - from + 1, 0), lastUpdate: buckets.at(-1)?.to ?? null };
}
