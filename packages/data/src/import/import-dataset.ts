import { createHash } from 'node:crypto';
import type { ArtifactStore, Columns, Curation, ImportProgress } from '@eyegazer/core';
import type { FoundDataset } from '../layout/found-dataset.js';
import { readLayout } from '../layout/read-layout.js';
import type { DataSource } from '../source/data-source.js';
import { readHeldIds } from '../split/read-held-ids.js';
import { importFoundDataset, type ImportedDataset } from './import-found-dataset.js';

export interface ImportDatasetOptions {
  readonly source: DataSource;
  readonly columns: Columns;
  readonly curation: Curation;
  /** Folders that the list of a split may lie in, or null for any; one with a relative path lies in the source. */
  readonly roots: readonly string[] | null;
  readonly store: ArtifactStore;
  /** Of this import alone: what is here when one is interrupted lets the next go on, if the source is the same. */
  readonly workFolder: string;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Imports whatever a source holds: its images as an index over shards, an audit of them, and a first version. What cannot be used
 * is skipped and listed in the report by name. The same content gives the same ids, wherever it comes from.
 * @throws AppError what `readLayout`, `readHeldIds` and `importFoundDataset` throw
 */
export async function importDataset(options: ImportDatasetOptions): Promise<ImportedDataset> {
  const { source, columns, curation, roots, store, workFolder, onProgress, signal } = options;
  onProgress?.({ phase: 'scanning', done: 0, total: null });
  const found = await readLayout(source, { columns, workFolder });
  try {
    const heldIds = curation.split.kind === 'list' ? await readHeldIds(curation.split.file, { source, roots, knownIds: idsOf(found) }) : undefined;
    const key = createHash('sha256').update(JSON.stringify([source.fingerprint, columns])).digest('hex');
    return await importFoundDataset({ found, curation, heldIds, store, journal: { folder: workFolder, key }, onProgress, signal });
  } finally {
    await found.close?.();
  }
}

/** Of images with a label, and of what the report names: a list may name an image that is missing. */
function idsOf({ images, problems }: FoundDataset): Set<string> {
  const ids = new Set(problems.map(({ name }) => name));
  for (const { id, label } of images) if (label !== null) ids.add(id);
  return ids;
}
