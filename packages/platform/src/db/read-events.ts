import type { EventType, ExperimentEvent } from '@eyegazer/core';
import type { Event, MetricChunk } from './generated/client.js';
import { toIso } from './json.js';
import { experimentNotFound } from './lifecycle.js';
import type { Tx } from './open-database.js';
import { readStoredPlan } from './stored-values.js';

/** @throws AppError NOT_FOUND */
export async function readLastSeq(tx: Tx, experimentId: string): Promise<number> {
  const row = await tx.eventCounter.findUnique({ where: { experimentId } });
  if (!row) throw experimentNotFound(experimentId);
  return row.lastSeq;
}

/** Events in order, metrics rebuilt from their chunks. */
export async function readEvents(tx: Tx, query: { experimentId: string; after: number; limit: number; types?: EventType[] | undefined }): Promise<ExperimentEvent[]> {
  const { experimentId, after, limit, types } = query;
  const rows = await tx.event.findMany({
    where: { experimentId, seq: { gt: after }, ...(types === undefined ? {} : { type: { in: types } }) },
    orderBy: { seq: 'asc' },
    take: limit,
  });
  // An empty answer must not hide that there is no such experiment.
  if (rows.length === 0) await readLastSeq(tx, experimentId);
  // By the range of seqs, because an `include` asks for every one of thousands by its key.
  const seqs = rows.filter(({ type }) => type === 'metrics').map(({ seq }) => seq);
  const chunks = seqs.length === 0 ? [] : await tx.metricChunk.findMany({ where: { experimentId, seq: { gte: seqs[0] ?? 0, lte: seqs.at(-1) ?? 0 } } });
  const chunkOf = new Map(chunks.map((chunk) => [chunk.seq, chunk]));
  return rows.map((row) => presentEvent(row, chunkOf.get(row.seq)));
}

function presentEvent({ experimentId, seq, attempt, at, type, data }: Event, chunk: MetricChunk | undefined): ExperimentEvent {
  // Parsed before it was written, so its shape is that of its type.
  return { experimentId, seq, attempt, at: toIso(at), type, data: chunk === undefined ? presentData(type, data) : presentChunk(chunk) } as ExperimentEvent;
}

function presentData(type: string, data: Event['data']): unknown {
  return type === 'plan' && data !== null ? readStoredPlan(data) : data;
}

function presentChunk({ names, updates, points }: MetricChunk): { updates: number[]; series: Record<string, number[]> } {
  const series = names.map((name, i) => [name, points.slice(i * updates.length, (i + 1) * updates.length)] as const);
  return { updates, series: Object.fromEntries(series) };
}
