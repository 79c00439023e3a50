import { AppError, type SeriesAnswer } from '@eyegazer/core';
import type { SeriesQuery } from '../events/event-log.js';
import { bucketWidths, groupBuckets, planRead, type Bucket } from '../events/metric-pyramid.js';
import type { Tx } from './open-database.js';
import { readLastSeq } from './read-events.js';

/** Reads series from the pyramid; needs a snapshot, so that `upTo` fits the points. */
export async function readSeries(tx: Tx, query: SeriesQuery): Promise<SeriesAnswer> {
  const { experimentId, names, maxPoints } = query;
  if (!Number.isInteger(maxPoints) || maxPoints < 1) throw new AppError('BAD_REQUEST', `maxPoints: expected a whole number >= 1, got ${maxPoints}.`, { path: 'maxPoints' });
  const upTo = await readLastSeq(tx, experimentId);
  const attempt = query.attempt ?? (await newestWithPoints(tx, experimentId));
  const [extent] = await tx.$queryRaw<{ first: number | null; last: number | null }[]>`
    SELECT min(first_update) AS first, max(last_update) AS last FROM metric_bucket
    WHERE experiment_id = ${experimentId} AND attempt = ${attempt} AND width = ${bucketWidths[2]}`;
  const from = Math.max(query.from ?? 0, extent?.first ?? 0);
  const to = Math.min(query.to ?? Number.MAX_SAFE_INTEGER, extent?.last ?? -1);
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

async function newestWithPoints(tx: Tx, experimentId: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ attempt: number | null }[]>`SELECT max(attempt) AS attempt FROM metric_bucket WHERE experiment_id = ${experimentId}`;
  return row?.attempt ?? 0;
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

/** Merged by the database, whole buckets: those at the ends may reach beyond `from` and `to`. */
async function readBuckets(tx: Tx, { experimentId, attempt, names, from, to, width, groupWidth }: Range & { width: number; groupWidth: number }): Promise<Map<string, Bucket[]>> {
  const rows = await tx.$queryRaw<(Bucket & { name: string })[]>`
    SELECT name, min(first_update) AS "firstUpdate", max(last_update) AS "lastUpdate", min(min) AS min, max(max) AS max,
      (array_agg(last ORDER BY last_update DESC))[1] AS last
    FROM metric_bucket
    WHERE experiment_id = ${experimentId} AND attempt = ${attempt} AND width = ${width}
      AND bucket BETWEEN ${Math.floor(from / width)} AND ${Math.floor(to / width)}
      AND (${names === null} OR name = ANY(${names ?? []}::text[]))
    GROUP BY name, bucket / ${groupWidth / width}
    ORDER BY name, min(bucket)`;
  const series = new Map<string, Bucket[]>();
  for (const row of rows) listOf(series, row.name).push(row);
  return series;
}

function listOf(series: Map<string, Bucket[]>, name: string): Bucket[] {
  const known = series.get(name);
  if (known) return known;
  const list: Bucket[] = [];
  series.set(name, list);
  return list;
}
