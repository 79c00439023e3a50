import { AppError, type ArtifactStore, type FinishedShard, type ImageIndexHeader, type ImportProblem, type IndexedImage } from '@eyegazer/core';
import type { FoundImage } from '../layout/found-dataset.js';
import { maxImageBytes } from '../source/data-source.js';
import type { Progress } from '../version/create-progress.js';
import { mapOrdered } from '../version/map-ordered.js';
import { throwIfCancelled } from '../version/throw-if-cancelled.js';
import type { AnalysedImage } from './image-messages.js';
import type { ImageThreads } from './create-image-threads.js';
import type { ImportJournal } from './import-journal.js';
import { createShardKeeper } from './shard-keeper.js';
import { createShardUpload, type ShardUpload } from './shard-upload.js';

export interface ReadImagesOptions {
  readonly store: ArtifactStore;
  readonly threads: Pick<ImageThreads, 'concurrency' | 'analyse'>;
  /** Of a run before, and still in the store. */
  readonly finished: readonly FinishedShard[];
  readonly journal: Pick<ImportJournal, 'add'> | null;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

export interface ReadImages {
  images: IndexedImage[];
  shards: ImageIndexHeader['shards'];
  problems: ImportProblem[];
}

const shardBytes = maxImageBytes;

/** What an image that cannot be used is called in the report, by the code of its error. */
const problemKinds: Partial<Record<AppError['code'], ImportProblem['kind']>> = {
  BAD_FILE: 'broken-image',
  TOO_LARGE: 'broken-image',
  NOT_FOUND: 'missing-image',
  FORBIDDEN: 'unsafe-path',
};

type Outcome = { source: FoundImage; bytes: Uint8Array; analysed: AnalysedImage } | { problem: ImportProblem };

/**
 * Reads, decodes and analyses every image, a few at a time, and their bytes go into the store in shards, in order, as they come. What cannot be
 * used becomes a problem. Nothing refers to the shards yet: those of an import that fails are removed as all such bytes are.
 * @throws AppError CANCELLED, and what the source and the store throw that is no single image's fault
 */
export async function readImages(found: readonly FoundImage[], options: ReadImagesOptions): Promise<ReadImages> {
  const { store, threads, finished, journal, progress, signal } = options;
  const result: ReadImages = { images: [], shards: [], problems: [] };
  const keeper = createShardKeeper(store);
  let position = 0;
  for (const former of finished) {
    for (const image of former.images) result.images.push(image);
    result.shards.push({ sha256: former.sha256, byteLength: former.byteLength });
    for (const problem of former.problems) result.problems.push(problem);
    keeper.note(former);
    position = former.position;
  }
  let current = emptyShard();

  async function closeShard(): Promise<void> {
    const { upload, images, problems } = current;
    if (!upload) return;
    const { sha256, byteLength } = await upload.close();
    const stored = { sha256, byteLength, storedAt: Date.now(), position, images, problems };
    current = emptyShard();
    result.shards.push({ sha256, byteLength });
    keeper.note(stored);
    await journal?.add(stored);
    await keeper.refreshOld();
  }

  progress.report('reading', position, found.length);
  try {
    for await (const outcome of mapOrdered(from(found, position), threads.concurrency, (image) => readImage(image, { threads, signal }))) {
      if ('problem' in outcome) {
        result.problems.push(outcome.problem);
        current.problems.push(outcome.problem);
      } else {
        const { source, bytes, analysed } = outcome;
        const { byteLength } = bytes;
        if (current.upload && current.upload.byteLength + byteLength > shardBytes) await closeShard();
        const upload = (current.upload ??= createShardUpload(store));
        const { id, label, split, group } = source;
        const image = { id, label, split, group, shard: result.shards.length, byteOffset: upload.byteLength, byteLength, ...analysed };
        await upload.add(bytes);
        result.images.push(image);
        current.images.push(image);
      }
      progress.report('reading', ++position, found.length);
    }
    await closeShard();
  } catch (error) {
    await current.upload?.abort(error);
    throw error;
  }
  await keeper.refreshOld();
  return result;
}

interface GrowingShard {
  /** Null before its first image. */
  upload: ShardUpload | null;
  images: IndexedImage[];
  problems: ImportProblem[];
}

function emptyShard(): GrowingShard {
  return { upload: null, images: [], problems: [] };
}

function* from<T>(items: readonly T[], start: number): Generator<T> {
  for (let i = start; i < items.length; i++) yield items[i]!;
}

async function readImage(source: FoundImage, { threads, signal }: Pick<ReadImagesOptions, 'threads' | 'signal'>): Promise<Outcome> {
  throwIfCancelled(signal);
  try {
    const bytes = await source.read();
    return { source, bytes, analysed: await analyseNamed(bytes, source.name, threads) };
  } catch (error) {
    const kind = error instanceof AppError ? problemKinds[error.code] : undefined;
    if (kind === undefined) throw error;
    return { problem: { kind, name: source.name, message: (error as AppError).message } };
  }
}

async function analyseNamed(bytes: Uint8Array, name: string, threads: ReadImagesOptions['threads']): Promise<AnalysedImage> {
  if (bytes.byteLength > maxImageBytes) throw new AppError('TOO_LARGE', `Expected ${name} to have at most ${maxImageBytes} bytes, got ${bytes.byteLength}.`);
  try {
    return await threads.analyse(bytes);
  } catch (error) {
    throw error instanceof AppError ? new AppError(error.code, `${name}: ${error.message}`, { cause: error }) : error;
  }
}
