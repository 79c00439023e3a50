import { AppError, isLive, type AttemptState, type EventData, type WrittenEvent } from '@eyegazer/core';
import type { AppendEvents } from '../events/event-log.js';
import { bucketsOf } from '../events/metric-pyramid.js';
import { Prisma } from './generated/client.js';
import { experimentNotFound } from './lifecycle.js';
import type { Tx } from './open-database.js';
import { updateSummary } from './update-summary.js';
import type { Scope } from './unit-of-work.js';

const batchLimit = 10_000;

type Numbered<E extends WrittenEvent = WrittenEvent> = { seq: number; event: E };
type MetricsEvent = Extract<WrittenEvent, { type: 'metrics' }>;

/**
 * Appends an attempt's events within a transaction, and answers the experiment's last seq.
 * @throws AppError FENCED, NOT_FOUND, BAD_REQUEST
 */
export async function appendEvents(scope: Scope, { experimentId, attempt, events }: AppendEvents): Promise<{ lastSeq: number }> {
  const { tx, changes } = scope;
  if (events.length > batchLimit) throw new AppError('BAD_REQUEST', `events: expected at most ${batchLimit} at once, got ${events.length}.`, { path: 'events' });
  events.forEach(assertWholeSeries);
  const lastSeq = await lockCounter(tx, experimentId);
  await assertNewestLive(tx, experimentId, attempt);

  const fresh = await withoutKnown(tx, { experimentId, attempt, events });
  if (fresh.length === 0) return { lastSeq };
  const numbered: Numbered[] = fresh.map((event, i) => ({ seq: lastSeq + 1 + i, event }));
  await insertEvents(tx, { experimentId, attempt, numbered });
  const metrics = numbered.filter((entry): entry is Numbered<MetricsEvent> => entry.event.type === 'metrics');
  if (metrics.length > 0) {
    await insertChunks(tx, { experimentId, attempt, metrics });
    await upsertBuckets(tx, { experimentId, attempt, metrics: metrics.map(({ event }) => event.data) });
  }
  if (await updateSummary(tx, { experimentId, attempt, events: fresh })) changes.addTopic('experiments', experimentId);
  const newLastSeq = lastSeq + numbered.length;
  await tx.$executeRaw`UPDATE event_counter SET last_seq = ${newLastSeq} WHERE experiment_id = ${experimentId}`;
  changes.addEvents(experimentId, newLastSeq);
  return { lastSeq: newLastSeq };
}

function assertWholeSeries(event: WrittenEvent, index: number): void {
  if (event.type !== 'metrics') return;
  const { updates, series } = event.data;
  for (const [name, values] of Object.entries(series)) {
    const path = `events[${index}].data.series.${name}`;
    if (values.length !== updates.length) throw new AppError('BAD_REQUEST', `${path}: expected ${updates.length} values, one per update, got ${values.length}.`, { path });
    const bad = values.find((value) => !Number.isFinite(value));
    if (bad !== undefined) throw new AppError('BAD_REQUEST', `${path}: expected finite numbers, got ${bad}.`, { path });
  }
}

async function lockCounter(tx: Tx, experimentId: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ last_seq: number }[]>`SELECT last_seq FROM event_counter WHERE experiment_id = ${experimentId} FOR UPDATE`;
  if (!row) throw experimentNotFound(experimentId);
  return row.last_seq;
}

async function assertNewestLive(tx: Tx, experimentId: string, attempt: number): Promise<void> {
  const [newest] = await tx.$queryRaw<{ number: number; state: AttemptState }[]>`
    SELECT number, state FROM attempt WHERE experiment_id = ${experimentId} ORDER BY number DESC LIMIT 1`;
  if (newest && newest.number === attempt && isLive(newest.state)) return;
  const instead = newest ? `attempt ${newest.number} is the newest, and it is ${newest.state}` : 'there is none yet';
  throw new AppError('FENCED', `Attempt ${attempt} of experiment ${experimentId} may not write events: ${instead}.`, { details: { experimentId, attempt } });
}

/** The events whose counters are not in the log; of a counter that comes twice, the first. */
async function withoutKnown(tx: Tx, { experimentId, attempt, events }: AppendEvents): Promise<WrittenEvent[]> {
  const known = await tx.$queryRaw<{ counter: number }[]>`
    SELECT counter FROM event WHERE experiment_id = ${experimentId} AND attempt = ${attempt} AND counter = ANY(${events.map(({ counter }) => counter)}::int[])`;
  const seen = new Set(known.map(({ counter }) => counter));
  return events.filter(({ counter }) => !seen.has(counter) && seen.add(counter));
}

interface Target {
  experimentId: string;
  attempt: number;
}

async function insertEvents(tx: Tx, { experimentId, attempt, numbered }: Target & { numbered: Numbered[] }): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO event (experiment_id, seq, attempt, counter, type, at, data)
    SELECT ${experimentId}, given.seq, ${attempt}, given.counter, given.type, given.at, given.data
    FROM unnest(
      ${numbered.map(({ seq }) => seq)}::int[],
      ${numbered.map(({ event }) => event.counter)}::int[],
      ${numbered.map(({ event }) => event.type)}::text[],
      ${numbered.map(({ event }) => event.at)}::timestamptz[],
      ${numbered.map(({ event }) => (event.type === 'metrics' ? null : JSON.stringify(event.data)))}::jsonb[]
    ) AS given(seq, counter, type, at, data)`;
}

/**
 * Float arrays, one row per event: a fifth of the size of JSON. Raw SQL, because Prisma's own write rounds the numbers
 * of a list to 16 digits; these come back as the same doubles.
 */
async function insertChunks(tx: Tx, { experimentId, attempt, metrics }: Target & { metrics: Numbered<MetricsEvent>[] }): Promise<void> {
  const rows = metrics.map(({ seq, event: { data } }) => {
    const { updates, series } = data;
    // An event without points covers nothing: its range is empty.
    const first = updates.reduce((a, b) => Math.min(a, b), updates[0] ?? 0);
    const last = updates.reduce((a, b) => Math.max(a, b), updates[0] ?? -1);
    return Prisma.sql`(${experimentId}, ${seq}, ${attempt}, ${first}, ${last}, ${Object.keys(series)}::text[], ${updates}::int[], ${Object.values(series).flat()}::float8[])`;
  });
  // Far below PostgreSQL's 65,535 parameters for one statement.
  for (let i = 0; i < rows.length; i += 1000) {
    await tx.$executeRaw`
      INSERT INTO metric_chunk (experiment_id, seq, attempt, first_update, last_update, names, updates, points)
      VALUES ${Prisma.join(rows.slice(i, i + 1000))}`;
  }
}

async function upsertBuckets(tx: Tx, { experimentId, attempt, metrics }: Target & { metrics: EventData<'metrics'>[] }): Promise<void> {
  const buckets = bucketsOf(metrics);
  await tx.$executeRaw`
    INSERT INTO metric_bucket AS known (experiment_id, attempt, name, width, bucket, first_update, last_update, min, max, last)
    SELECT ${experimentId}, ${attempt}, given.* FROM unnest(
      ${buckets.map(({ name }) => name)}::text[],
      ${buckets.map(({ width }) => width)}::int[],
      ${buckets.map(({ bucket }) => bucket)}::int[],
      ${buckets.map(({ firstUpdate }) => firstUpdate)}::int[],
      ${buckets.map(({ lastUpdate }) => lastUpdate)}::int[],
      ${buckets.map(({ min }) => min)}::float8[],
      ${buckets.map(({ max }) => max)}::float8[],
      ${buckets.map(({ last }) => last)}::float8[]
    ) AS given(name, width, bucket, first_update, last_update, min, max, last)
    ON CONFLICT (experiment_id, attempt, width, name, bucket) DO UPDATE SET
      first_update = LEAST(known.first_update, EXCLUDED.first_update),
      last_update = GREATEST(known.last_update, EXCLUDED.last_update),
      min = LEAST(known.min, EXCLUDED.min),
      max = GREATEST(known.max, EXCLUDED.max),
      last = CASE WHEN EXCLUDED.last_update >= known.last_update THEN EXCLUDED.last ELSE known.last END`;
}
