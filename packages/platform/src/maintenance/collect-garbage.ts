/**
 * Mark and sweep over the artifact store. A writer puts its bytes first and its row afterwards, so bytes without a row
 * are garbage only once they are old; and putting or refreshing makes them young again. Three looks keep a writer safe
 * that comes in between: the mark, the database once more before every batch, and the store's own at each removal.
 */
import type { ArtifactStore, Logger } from '@eyegazer/core';
import type { ClientBase } from 'pg';
import { addDatasets, findNamed, findReferences, type References } from './references.js';
import { markLifeMs, markStore, readMark } from './store-mark.js';

/** Bytes that nothing refers to are spared for so long after they were put. */
const graceMs = 24 * 3600 * 1000;
const batchSize = 100;

export interface GarbageReport {
  removed: number;
  removedBytes: number;
  /** Artifacts that something refers to, or that are younger than 24 h. */
  kept: number;
  keptBytes: number;
}

export interface CollectOptions {
  /** Must hold the maintenance lock alone. */
  client: ClientBase;
  store: ArtifactStore;
  now: number;
  signal: AbortSignal;
  log: Logger;
}

interface Candidate {
  sha256: string;
  byteLength: number;
}

/**
 * Removes what nothing refers to. Null, and nothing is removed, while a dataset's manifest cannot be read (the shards it
 * names would look like garbage) or another database uses this store too (all that is its own would).
 */
export async function collectGarbage(options: CollectOptions): Promise<GarbageReport | null> {
  const { client, store, signal } = options;
  const ownMark = await markStore(client, store);
  const references = await findReferences(client, store);
  if (!areTrusted(references, options)) return null;
  const report: GarbageReport = { removed: 0, removedBytes: 0, kept: 0, keptBytes: 0 };
  const candidates = await findCandidates(options, { references, ownMark, report });
  if (candidates === null) return null;
  for (let i = 0; i < candidates.length && !signal.aborted; i += batchSize) {
    if (!(await sweep(candidates.slice(i, i + batchSize), options, { references, report }))) break;
  }
  return report;
}

/** What is old and referred to by nothing, null where it may be another database's. */
async function findCandidates({ store, now, signal, log }: CollectOptions, known: { references: References; ownMark: string; report: GarbageReport }): Promise<Candidate[] | null> {
  const { references, ownMark, report } = known;
  const candidates: Candidate[] = [];
  for await (const artifact of store.list()) {
    if (signal.aborted) return [];
    const { sha256, byteLength } = artifact;
    const ageMs = now - artifact.modifiedAt.getTime();
    if (sha256 === ownMark || references.sizes.has(sha256)) {
      keep(report, artifact);
      continue;
    }
    const owner = ageMs < markLifeMs ? await readMark(store, artifact) : null;
    if (owner !== null) {
      log.error({ database: owner, markedAt: artifact.modifiedAt.toISOString() }, 'Nothing is removed from the artifact store, because another database uses it too. Give each its own folder, bucket or prefix. If that other one is gone, all is well 30 days after its last sign of life');
      return null;
    }
    if (ageMs <= graceMs) keep(report, artifact);
    else candidates.push({ sha256, byteLength });
  }
  return candidates;
}

/** False when no more may be removed. */
async function sweep(batch: readonly Candidate[], options: CollectOptions, { references, report }: { references: References; report: GarbageReport }): Promise<boolean> {
  const { client, store, now, signal } = options;
  const unlessSince = new Date(now - graceMs);
  const named = await findNamed(client, batch.map(({ sha256 }) => sha256));
  await addDatasets(references, client, store);
  if (!areTrusted(references, options)) return false;
  for (const candidate of batch) {
    if (signal.aborted) return false;
    const { sha256, byteLength } = candidate;
    if (named.has(sha256) || references.sizes.has(sha256) || !(await store.remove(sha256, { unlessSince }))) {
      keep(report, candidate);
      continue;
    }
    report.removed += 1;
    report.removedBytes += byteLength;
  }
  return true;
}

function keep(report: GarbageReport, { byteLength }: Candidate): void {
  report.kept += 1;
  report.keptBytes += byteLength;
}

function areTrusted({ unreadable }: References, { log }: CollectOptions): boolean {
  for (const { contentId, error } of unreadable) {
    log.error({ contentId, error: error.message }, 'Nothing is removed from the artifact store, because a dataset that is in use cannot be read. Import it again, or delete it');
  }
  return unreadable.length === 0;
}
