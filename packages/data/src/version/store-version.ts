import { createHash } from 'node:crypto';
import { AppError, type ArtifactStore, type ManifestHeader, type ManifestSample } from '@eyegazer/core';
import { mapOrdered } from './map-ordered.js';
import type { Progress } from './create-progress.js';
import { throwIfCancelled } from './throw-if-cancelled.js';
import type { ReadImage } from './read-images.js';

export interface StoreVersionOptions {
  readonly header: ManifestHeader;
  readonly samples: readonly ManifestSample[];
  readonly entries: readonly ReadImage[];
  readonly store: ArtifactStore;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

const concurrency = 4;

/**
 * Puts the shards and the manifest that the store does not have yet, and refreshes those it has: what nothing refers to is
 * removed when it is old. That is also how the parts of an import that fails go; another one may share them.
 * @returns the manifest's sha256
 * @throws AppError BAD_DATASET when an image changed since it was read, CANCELLED
 */
export async function storeVersion(options: StoreVersionOptions): Promise<string> {
  const { header, samples, entries, store, progress } = options;
  const manifest = Buffer.from([header, ...samples].map((line) => `${JSON.stringify(line)}\n`).join(''));
  const contentId = createHash('sha256').update(manifest).digest('hex');
  const put = async (sha256: string, content: () => Uint8Array | AsyncIterable<Uint8Array>): Promise<void> => {
    throwIfCancelled(options.signal);
    if ((await store.refresh(sha256)) !== null) return;
    const stored = await store.put(content());
    if (stored.sha256 !== sha256) throw new AppError('INTERNAL', `Expected the store to hold ${sha256}, got ${stored.sha256}.`);
  };
  let done = 0;
  progress.report('storing', 0, entries.length);
  for (const [shard, { sha256 }] of header.shards.entries()) {
    const members = entries.filter((entry) => entry.shard === shard);
    await put(sha256, () => streamImages(members, options.signal));
    done += members.length;
    progress.report('storing', done, entries.length);
  }
  await put(contentId, () => manifest);
  return contentId;
}

async function* streamImages(members: readonly ReadImage[], signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const read = async (entry: ReadImage): Promise<Uint8Array> => {
    throwIfCancelled(signal);
    const bytes = await entry.source.read();
    if (createHash('sha256').update(bytes).digest('hex') !== entry.sha256) {
      throw new AppError('BAD_DATASET', `Image ${entry.id} changed while it was being imported. Import again when nothing writes to the folder.`);
    }
    return bytes;
  };
  yield* mapOrdered(members, concurrency, read);
}
