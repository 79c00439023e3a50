/**
 * Mark and sweep over the artifact store. A writer puts its bytes first and its row afterwards, so bytes without a row
 * are garbage only once they are old; and putting or refreshing makes them young again. Three looks keep a writer safe
 * that comes in between: the mark, the database once more before every batch, and the store's own at each removal.
 */
import type { ArtifactStore, Logger } from '@eyegazer/core';
import type { ClientBase } from 'pg';
import { addDatasetVersions, findNamed, findReferences } from './references.js';

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

/**
 * Removes what nothing refers to. Nothing at all is removed while a dataset's manifest cannot be read: the shards it
 * names would look like garbage. The client must hold the maintenance lock alone.
 */
export async function collectGarbage(options: { client: ClientBase; store: ArtifactStore; now: number; signal: AbortSignal; log: Logger }): Promise<GarbageReport | null> {
  const { client, store, now, signal, log } = options;
  const unlessSince = new Date(now - graceMs);
  const references = await findReferences(client, store);
  const report: GarbageReport = { removed: 0, removedBytes: 0, kept: 0, keptBytes: 0 };
  let batch: { sha256: string; byteLength: number }[] = [];

  /** False when the marks cannot be trusted. */
  function isSafe(): boolean {
    for (const { contentId, error } of references.unreadable) {
      log.error({ contentId, error: error.message }, 'Nothing is removed from the artifact store, because a dataset that is in use cannot be read. Import it again, or delete it');
    }
    return references.unreadable.length === 0;
  }

  /** False when no more may be removed. */
  async function sweep(): Promise<boolean> {
    const candidates = batch;
    batch = [];
    const named = await findNamed(client, candidates.map(({ sha256 }) => sha256));
    await addDatasetVersions(references, client, store);
    if (!isSafe()) return false;
    for (const { sha256, byteLength } of candidates) {
      if (signal.aborted) return false;
      if (named.has(sha256) || references.sizes.has(sha256) || !(await store.remove(sha256, { unlessSince }))) {
        report.kept += 1;
        report.keptBytes += byteLength;
        continue;
      }
      report.removed += 1;
      report.removedBytes += byteLength;
    }
    return true;
  }

  if (!isSafe()) return null;
  for await (const { sha256, byteLength, modifiedAt } of store.list()) {
    if (signal.aborted) return report;
    if (references.sizes.has(sha256) || modifiedAt >= unlessSince) {
      report.kept += 1;
      report.keptBytes += byteLength;
    } else {
      batch.push({ sha256, byteLength });
      if (batch.length >= batchSize && !(await sweep())) return report;
    }
  }
  if (batch.length > 0) await sweep();
  return report;
}
