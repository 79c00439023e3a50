import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError, type ManifestSample, type SplitName } from '@eyegazer/core';
import '../image/decode-image.js'; // sharp's native library must be loaded by the main thread first, or threads that end unload it
import { preparationKey, preparedSize, type Preparation } from '../prepare/preparation.js';
import type { DatasetVersion } from '../version/load-dataset-version.js';
import { localShards } from '../version/local-shards.js';
import { throwIfCancelled } from '../version/throw-if-cancelled.js';
import { bucketCount } from './cache-layout.js';
import type { CacheThreadData, CacheThreadMessage } from './cache-messages.js';
import { decodedAhead } from './fill-buckets.js';
import { findCached } from './find-cached.js';
import { trimImageCache } from './trim-cache.js';

/** The folder in which the workers of a machine keep prepared images. */
export interface ImageCache {
  readonly folder: string;
  /** Of all that is in it; what was used longest ago goes first. */
  readonly limitBytes: number;
}

export interface FillCacheOptions {
  readonly cache: ImageCache;
  readonly version: DatasetVersion;
  readonly split: SplitName;
  readonly preparation: Preparation;
  /** At most; no more are started than have something to do. */
  readonly threads: number;
  /** Images in the cache so far, this process's and others'. */
  readonly onProgress?: (progress: { done: number; total: number }) => void;
  readonly signal?: AbortSignal;
}

export interface FilledCache {
  /** Different images of the split. */
  readonly total: number;
  /** Of them, those that can be read from the cache now. */
  readonly cached: number;
  /** Of them, those that this call prepared. */
  readonly prepared: number;
  /** Why not all of them are cached; null when they are. */
  readonly shortOf: string | null;
}

/** Decoding itself is done by the threads of libuv, of which there are four. */
const mostThreads = 8;
/** Originals in memory at once, all threads together. */
const mostDecodedBytes = 1e9;
/** Fewer are prepared before another thread is up. */
const imagesPerThread = 8;
/** What was looked up so lately, the run itself needs: its other images, or those of this split that are there. */
const keptMs = 60_000;
/** What the disk keeps for others: a database may live on it. */
const reservedBytes = 2e9;

/**
 * Prepares every image of a split that is not in the cache, in threads, beside other processes that do the same. A cache that
 * cannot be written to, or has no room for all, is no error: what is not in it is decoded whenever it is needed.
 * @throws AppError BAD_FILE or CORRUPT_ARTIFACT naming the image, CANCELLED after an abort: what was prepared until then stays
 */
export async function fillImageCache(options: FillCacheOptions): Promise<FilledCache> {
  const { cache, version, split, preparation, signal } = options;
  throwIfCancelled(signal);
  const samples = [...new Map(version[split].map((sample) => [sample.sha256, sample])).values()];
  const total = samples.length;
  const folder = join(cache.folder, preparationKey(preparation));
  const before = findCached(folder, samples);
  const missing = samples.filter((_, i) => before.segment[i] === -1);
  if (missing.length === 0) return { total, cached: total, prepared: 0, shortOf: null };
  // Before the folder is touched: what is wrong with the originals is no trouble of the cache's.
  const shardPaths = await localShards(version, signal);
  let filled: { prepared: number; shortOf: string | null };
  try {
    await mkdir(folder, { recursive: true });
    const budgetBytes = await makeRoom(cache, missing, preparation);
    const largestBytes = missing.reduce((most, { width, height }) => Math.max(most, width * height * 3), 0);
    const threads = Math.max(1, Math.min(options.threads, mostThreads, Math.ceil(missing.length / imagesPerThread), Math.floor(mostDecodedBytes / (decodedAhead * largestBytes))));
    filled = await fillInThreads({ ...options, threads }, { folder, samples, shardPaths, budgetBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    filled = { prepared: 0, shortOf: `Prepared images cannot be kept in ${folder}: ${(error as Error).message}.` };
  }
  throwIfCancelled(signal);
  const after = findCached(folder, samples);
  const cached = after.segment.reduce((count, segment) => count + Number(segment !== -1), 0);
  return { total, cached, prepared: filled.prepared, shortOf: cached === total ? null : (filled.shortOf ?? `There is no room for more in ${cache.folder}.`) };
}

/** Removes what others used longest ago, as far as it is in the way. @returns bytes that may be written */
async function makeRoom({ folder, limitBytes }: ImageCache, missing: readonly ManifestSample[], preparation: Preparation): Promise<number> {
  const neededBytes = missing.reduce((sum, sample) => {
    const { width, height } = preparedSize(sample, preparation);
    return sum + width * height * 3;
  }, 0);
  const presentBytes = await trimImageCache({ folder, limitBytes: limitBytes - neededBytes, keepSince: new Date(Date.now() - keptMs) });
  const { bavail, bsize } = await statfs(folder);
  return Math.max(0, Math.min(limitBytes - presentBytes, bavail * bsize - reservedBytes));
}

async function fillInThreads(options: FillCacheOptions, { folder, samples, shardPaths, budgetBytes }: Pick<CacheThreadData, 'folder' | 'samples' | 'shardPaths'> & { budgetBytes: number }): Promise<{ prepared: number; shortOf: string | null }> {
  const { preparation, threads, onProgress, signal } = options;
  const control = new Int32Array(new SharedArrayBuffer(8));
  Atomics.store(control, 1, Math.min(Math.floor(budgetBytes / 1024), 2 ** 31 - 1));
  const stop = (): void => void Atomics.store(control, 0, 1);
  throwIfCancelled(signal); // making room took its time
  signal?.addEventListener('abort', stop, { once: true });
  const counts = new Map<number, number>();
  let [prepared, shortOf, failure] = [0, null as string | null, null as AppError | null];

  const hear = (message: CacheThreadMessage): void => {
    switch (message.kind) {
      case 'progress':
        counts.set(message.bucket, Math.max(counts.get(message.bucket) ?? 0, message.imageCount));
        onProgress?.({ done: [...counts.values()].reduce((sum, count) => sum + count, 0), total: samples.length });
        return;
      case 'done':
        prepared += message.prepared;
        return;
      case 'unwritable':
        shortOf ??= message.reason;
        return;
      case 'failed':
        failure ??= new AppError(message.error.code, message.error.message, message.error);
        return;
      default:
        message satisfies never;
    }
  };
  const run = (thread: number): Promise<void> =>
    new Promise((resolve) => {
      const workerData: CacheThreadData = { folder, samples, shardPaths, preparation, control, firstBucket: Math.floor((thread * bucketCount) / threads) };
      const worker = new Worker(new URL('./cache-thread.js', import.meta.url), { workerData, execArgv: [] });
      worker.on('message', hear);
      worker.on('error', (error) => {
        stop();
        failure ??= new AppError('INTERNAL', `A thread that prepares images died: ${error.message}`, { cause: error });
      });
      worker.once('exit', () => resolve());
    });
  await Promise.all(Array.from({ length: threads }, (_, thread) => run(thread)));
  signal?.removeEventListener('abort', stop);
  throwIfCancelled(signal);
  if (failure !== null) throw failure;
  return { prepared, shortOf };
}
