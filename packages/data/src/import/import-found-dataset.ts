/**
 * An import, after its layout is known:
 *
 * 1. reading: every image is read once, decoded wholly to prove that it is one, and analysed; its bytes go into shards, which go into
 *    the store as they fill. What is in the store is journaled, so that an import that is interrupted goes on from there;
 * 2. auditing: the images are compared with each other;
 * 3. splitting: the first version is made by the choices that came with the request;
 * 4. storing: index, audit and manifest. Only what refers to these, in the database, makes them visible.
 *
 * Memory holds the index, two shards and a few images.
 */
import { AppError, type ArtifactStore, type Curation, type DatasetAudit, type FinishedShard, type ImageIndexHeader, type ImportProblem, type ImportProgress, type ImportReport, type IndexedImage } from '@eyegazer/core';
import { auditImages } from '../audit/audit-images.js';
import { storeAudit } from '../audit/audit-artifact.js';
import type { FoundDataset } from '../layout/found-dataset.js';
import { createProgress } from '../version/create-progress.js';
import { storeImageIndex } from '../version/image-index.js';
import { planVersion, storeVersion, type MadeVersion } from '../version/plan-version.js';
import { throwIfCancelled } from '../version/throw-if-cancelled.js';
import { createImageThreads } from './create-image-threads.js';
import { readJournal, startJournal } from './import-journal.js';
import { listProblems } from './list-problems.js';
import { readImages } from './read-images.js';

export interface ImportFoundOptions {
  readonly found: FoundDataset;
  readonly curation: Curation;
  /** What the list of a split names. */
  readonly heldIds?: ReadonlySet<string> | undefined;
  readonly store: ArtifactStore;
  /** Where the import says how far it is, and what it was made of; without, it begins anew each time. */
  readonly journal?: { readonly folder: string; readonly key: string } | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ImportedDataset {
  /** sha256 of the image index and of the audit. */
  images: { imagesId: string; auditId: string; audit: DatasetAudit };
  report: ImportReport;
  /** Made by the choices that came with the request. */
  version: MadeVersion;
}

/** @throws AppError BAD_DATASET when nothing usable is left or the choices do not fit, CANCELLED, and what store and source throw */
export async function importFoundDataset(options: ImportFoundOptions): Promise<ImportedDataset> {
  const { found, curation, store, signal } = options;
  const progress = createProgress(options.onProgress);
  const { images, shards, problems: broken } = await read(options);
  const problems = [...found.problems, ...broken];
  if (!images.some(({ label }) => label !== null)) throw describeNothingUsable(problems);

  progress.report('auditing', 0, null);
  const header: ImageIndexHeader = { format: 'eyegazer-images/1', layout: found.layout, labels: [...found.labels], numeric: found.numeric, shards, sampleCount: images.length };
  const index = { header, images };
  const { audit, groups } = auditImages(index);
  throwIfCancelled(signal);

  progress.report('splitting', 0, null);
  const planned = planVersion({ index, groups, curation, ...heldOf(options.heldIds, images) });

  progress.report('storing', 0, 3);
  const imagesId = await storeImageIndex(index, store);
  progress.report('storing', 1, 3);
  const auditId = await storeAudit({ audit, groups }, store);
  progress.report('storing', 2, 3);
  await storeVersion(planned, store);
  progress.report('storing', 3, 3);
  throwIfCancelled(signal);
  const { made: version } = planned;
  const report: ImportReport = {
    layout: found.layout,
    sampleCount: images.length,
    byteLength: images.reduce((sum, { byteLength }) => sum + byteLength, 0),
    counts: version.counts,
    problemCount: problems.length,
    problems: listProblems(problems),
  };
  return { images: { imagesId, auditId, audit }, report, version };
}

async function read({ found, store, journal: place, onProgress, signal }: ImportFoundOptions): ReturnType<typeof readImages> {
  const finished = place ? await stillStored(await readJournal(place.folder, place.key), store) : [];
  const journal = place ? await startJournal(place.folder, { key: place.key, finished }) : null;
  const threads = createImageThreads();
  try {
    return await readImages(found.images, { store, threads, finished, journal, progress: createProgress(onProgress), signal });
  } finally {
    await threads.close();
    await journal?.close();
  }
}

/** Up to the first shard that is gone, or has rotted. The others count as put anew. */
async function stillStored(finished: readonly FinishedShard[], store: ArtifactStore): Promise<FinishedShard[]> {
  const stored: FinishedShard[] = [];
  for (const shard of finished) {
    if ((await store.refresh(shard.sha256)) === null) break;
    stored.push({ ...shard, storedAt: Date.now() });
  }
  return stored;
}

/** A list may also name images that turned out to be broken: the report says so. */
function heldOf(heldIds: ReadonlySet<string> | undefined, images: readonly IndexedImage[]): { heldIds?: ReadonlySet<string> } {
  return heldIds ? { heldIds: new Set(images.filter(({ id }) => heldIds.has(id)).map(({ id }) => id)) } : {};
}

function describeNothingUsable(problems: readonly ImportProblem[]): AppError {
  const first = listProblems(problems.slice(0, 3)).map(({ message }) => message);
  const more = problems.length > first.length ? ` (and ${problems.length - first.length} more problems)` : '';
  return new AppError('BAD_DATASET', `Expected usable labelled images, found none. ${first.join(' ')}${more}`.trim(), { details: { problems: listProblems(problems) } });
}
