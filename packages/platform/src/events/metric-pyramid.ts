/**
 * The min/max/last pyramid above the points of a series. Level by level a bucket is 16 times as wide; below the first
 * level are the points themselves. Pure.
 */
import type { EventData } from '@eyegazer/core';

/** Updates per bucket, narrowest first. */
export const bucketWidths = [16, 256, 4096] as const;

/** Min, max and last value of the points with `firstUpdate <= update <= lastUpdate`, all of which lie there. */
export interface Bucket {
  firstUpdate: number;
  lastUpdate: number;
  min: number;
  max: number;
  /** Value at `lastUpdate`. */
  last: number;
}

export interface StoredBucket extends Bucket {
  name: string;
  width: number;
  /** The bucket covers the updates [bucket * width, (bucket + 1) * width). */
  bucket: number;
}

/** One bucket that covers both; of two values at the same update the second is the last. */
export function mergeBuckets(a: Bucket, b: Bucket): Bucket {
  return {
    firstUpdate: Math.min(a.firstUpdate, b.firstUpdate),
    lastUpdate: Math.max(a.lastUpdate, b.lastUpdate),
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    last: b.lastUpdate >= a.lastUpdate ? b.last : a.last,
  };
}

/** The buckets of every level that these points touch, holding these points alone. */
export function bucketsOf(metrics: readonly EventData<'metrics'>[]): StoredBucket[] {
  const buckets = new Map<string, StoredBucket>();
  for (const { updates, series } of metrics) {
    for (const [name, values] of Object.entries(series)) {
      values.forEach((value, i) => {
        const update = updates[i] ?? 0;
        const point = { firstUpdate: update, lastUpdate: update, min: value, max: value, last: value };
        for (const width of bucketWidths) {
          const bucket = Math.floor(update / width);
          const key = `${width} ${bucket} ${name}`;
          const known = buckets.get(key);
          buckets.set(key, { name, width, bucket, ...(known ? mergeBuckets(known, point) : point) });
        }
      });
    }
  }
  return [...buckets.values()];
}

/** How a range of updates is read: which level (1: the points), and into groups of how many updates it is merged. */
export interface ReadPlan {
  levelWidth: number;
  groupWidth: number;
}

/**
 * The widest level that still fills the groups, so that few rows are read, and the narrowest groups of whole buckets
 * of it of which at most `maxPoints` cover `from..to`.
 */
export function planRead({ from, to, maxPoints }: { from: number; to: number; maxPoints: number }): ReadPlan {
  const wanted = Math.ceil((to - from + 1) / maxPoints);
  const levelWidth = [...bucketWidths].reverse().find((width) => width <= wanted) ?? 1;
  let groupWidth = Math.ceil(wanted / levelWidth) * levelWidth;
  // The range need not begin where a group does, which can cost one more.
  while (Math.floor(to / groupWidth) - Math.floor(from / groupWidth) + 1 > maxPoints) groupWidth += levelWidth;
  return { levelWidth, groupWidth };
}

/** Merges buckets, in order of their updates, into the groups that their first updates lie in. */
export function groupBuckets(buckets: readonly Bucket[], groupWidth: number): Bucket[] {
  const groups = new Map<number, Bucket>();
  for (const bucket of buckets) {
    const group = Math.floor(bucket.firstUpdate / groupWidth);
    const known = groups.get(group);
    groups.set(group, known ? mergeBuckets(known, bucket) : bucket);
  }
  return [...groups.values()];
}
