import { AppError, type SeriesAnswer } from '@eyegazer/core';
import type { SeriesQuery } from '../events/event-log.js';
import { bucketWidths, groupBuckets, planRead, type Bucket } from '../events/metric-pyramid.js';
import { experimentNotFound } from './lifecycle.js';
import type { Tx } from './open-database.js';

/** Reads series from the pyramid; needs a snapshot, so that `upTo` fits the points. */
export async function readSeries(tx: Tx, query: SeriesQuery): Promise<SeriesAnswer> {
  const { experimentId, names, maxPoints } = query;
  if (!Number.isInteger(maxPoints) || maxPoints < 1) throw new AppError('BAD_REQUEST', `maxPoints: expected a whole number >= 1, got ${maxPoints}.`, { path: 'maxPoints' });
  const { upTo, attempt, first, last } = await readExtent(tx, query);
  const from = Math.max(query.from ?? 0, first ?? 0);
  const to = Math.min(query.to ?? Number.MAX_SAFE_INTEGER, last ?? -1);
  if (from > to) return { attempt, upTo, series: {} };

  const { levelWidth, groupWidth } = planRead({ from, to, maxPoints });
  const range = { experimentId, attempt, names, from, to };
  const found = levelWidth === 1 ? groupPoints(await readPoints(tx, range), groupWidth) : await readBuckets(tx, { ...range, width: levelWidth, groupWidth });
  return { attempt, upTo, series: Object.fromEntries([...found].map(([name, buckets]) => [name, buckets.map(presentBucket)])) };
}

function groupPoints(points: Map<string, Bucket[]>, groupWidth: number): Map<string, Bucket[]> {
  return new Map([...points].map(([name, buckets]) => [name, groupBuckets(buckets, groupWidth)]));
}

function presentBucket({ firstUpdate, lastUpdate, min, max, last }: Bucket): SeriesAnswer['series'][string][number] {
  return { from: firstUpdate, to: lastUpdate, min, max, last };
}

interface Extent {
  /** The log's last seq. */
  upTo: number;
  /** The one asked for, or the newest with points; 0 when there is none. */
  attempt: number;
  /** Updates that have points. */
  first: number | null;
  last: number | null;
}

/** @throws AppError NOT_FOUND */
async function readExtent(tx: Tx, { experimentId, attempt }: Pick<SeriesQuery, 'experimentId' | 'attempt'>): Promise<Extent> {
  const [row] = await tx.$queryRaw<Extent[]>`
    SELECT event_counter.last_seq AS "upTo", wanted.attempt, extent.*
    FROM event_counter
    CROSS JOIN LATERAL (
      SELECT coalesce(${attempt ?? null}::int, (SELECT max(attempt) FROM metric_bucket WHERE experiment_id = ${experimentId}), 0) AS attempt
    ) AS wanted
    CROSS JOIN LATERAL (
      SELECT min(first_update) AS first, max(last_update) AS last FROM metric_bucket
      WHERE experiment_id = ${experimentId} AND metric_bucket.attempt = wanted.attempt AND width = ${bucketWidths[2]}
    ) AS extent
    WHERE event_counter.experiment_id = ${experimentId}`;
  if (!row) throw experimentNotFound(experimentId);
  return row;
}

interface Range {
  experimentId: string;
  attempt: number;
  names: string[] | null;
  from: number;
  to: number;
}

async function readPoints(tx: Tx, { experimentId, attempt, names, from, to }: Range): Promise<Map<string, Bucket[]>> {
  const chunks = await tx.metricChunk.findMany({
    where: { experimentId, attempt, lastUpdate: { gte: from }, firstUpdate: { lte: to } },
    orderBy: { seq: 'asc' },
  });
  const series = new Map<string, Bucket[]>();
  for (const chunk of chunks) {
    chunk.names.forEach((name, row) => {
      if (names !== null && !names.includes(name)) return;
      const buckets = listOf(series, name);
      chunk.updates.forEach((update, i) => {
        const value = chunk.points[row * chunk.updates.length + i];
        if (value === undefined || update < from || update > to) return;
        buckets.push({ firstUpdate: update, lastUpdate: update, min: value, max: value, last: value });
      });
    });
  }
  for (const buckets of series.values()) buckets.sort((a, b) => a.firstUpdate - b.firstUpdate);
  return series;
}

/**
 * Merged by the database, whole buckets: those at the ends may reach beyond `from` and `to`. One row per series, as JSON, which
 * keeps doubles exact: a row per bucket costs the driver more than the database.
 */
async function readBuckets(tx: Tx, { experimentId, attempt, names, from, to, width, groupWidth }: Range & { width: number; groupWidth: number }): Promise<Map<string, Bucket[]>> {
  const rows = await tx.$queryRaw<{ name: string; buckets: string }[]>`
    SELECT name, json_agg(json_build_array(first, last_of, low, high, last) ORDER BY place)::text AS buckets
    FROM (
      SELECT name, min(bucket) AS place, min(first_update) AS first, max(last_update) AS last_of, min(min) AS low, max(max) AS high,
        (array_agg(last ORDER BY last_update DESC))[1] AS last
      FROM metric_bucket
      WHERE experiment_id = ${experimentId} AND attempt = ${attempt} AND width = ${width}
        AND bucket BETWEEN ${Math.floor(from / width)} AND ${Math.floor(to / width)}
        AND (${names === null} OR name = ANY(${names ?? []}::text[]))
      GROUP BY name, bucket / ${groupWidth / width}
    ) AS grouped
    GROUP BY name ORDER BY name`;
  return new Map(rows.map(({ name, buckets }) => [name, (JSON.parse(buckets) as BucketTuple[]).map(([firstUpdate, lastUpdate, min, max, last]) => ({ firstUpdate, lastUpdate, min, max, last }))]));
}

type BucketTuple = [firstUpdate: number, lastUpdate: number, min: number, max: number, last: number];

function listOf(series: Map<string, Bucket[]>, name: string): Bucket[] {
  const known = series.get(name);
  if (known) return known;
  const list: Bucket[] = [];
  series.set(name, list);
  return list;
}
