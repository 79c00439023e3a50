import type { SeriesBucket } from '@eyegazer/core';

/** A few values at exact positions, e.g. one per evaluation. */
export interface Point {
  x: number;
  y: number | null;
}

export interface AlignedLines {
  x: number[];
  bucket: { last: (number | null)[]; min: (number | null)[]; max: (number | null)[] };
  points: (number | null)[][];
}

/** Puts a bucketed series and any number of sparse ones on one ascending x axis; a bucket stands where it ends. */
export function alignLines(buckets: readonly SeriesBucket[], sparse: readonly (readonly Point[])[]): AlignedLines {
  const at = new Set(buckets.map(({ to }) => to));
  for (const points of sparse) for (const { x } of points) at.add(x);
  const x = [...at].sort((a, b) => a - b);
  const byEnd = new Map(buckets.map((bucket) => [bucket.to, bucket]));
  const pick = (key: 'last' | 'min' | 'max'): (number | null)[] => x.map((position) => byEnd.get(position)?.[key] ?? null);
  return {
    x,
    bucket: { last: pick('last'), min: pick('min'), max: pick('max') },
    points: sparse.map((points) => {
      const byX = new Map(points.map((point) => [point.x, point.y]));
      return x.map((position) => byX.get(position) ?? null);
    }),
  };
}
