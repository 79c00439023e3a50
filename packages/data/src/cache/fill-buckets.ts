import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ManifestSample } from '@eyegazer/core';
import { prepareImage, type Preparation } from '../prepare/preparation.js';
import { decodeSample } from '../loader/decode-sample.js';
import { mapOrdered } from '../version/map-ordered.js';
import { claimLock } from './bucket-lock.js';
import { bucketCount, bucketOf, isSegmentOf, lockName } from './cache-layout.js';
import { listSegments } from './find-cached.js';
import { readSegmentIndex } from './segment-format.js';
import { createSegmentWriter, type SegmentWriter } from './segment-writer.js';
import { writeOrExplain } from './write-or-explain.js';

export interface FillOptions {
  /** The preparation's. */
  readonly folder: string;
  /** Every image once. */
  readonly samples: readonly ManifestSample[];
  readonly shardPaths: readonly string[];
  readonly preparation: Preparation;
  /** The bucket to begin with: threads that begin apart do not meet. */
  readonly firstBucket: number;
  /** Takes bytes from what may still be written; false when they are not there. */
  readonly takeBytes: (byteLength: number) => boolean;
  readonly isStopped: () => boolean;
  /** Images of a bucket that are in the cache by now, or about to be. */
  readonly onProgress: (bucket: number, imageCount: number) => void;
}

/** A segment is closed from this size on: a kill costs no more than one. */
const segmentBytes = 256 * 1024 * 1024;
/** Originals that a thread has in memory at once. */
export const decodedAhead = 3;
const waitMs = 100;

/**
 * Fills the buckets with what they lack, beside other threads and processes that do the same: each takes buckets that nobody
 * else has, and waits in the end for those of others, to take them over if their owners die.
 * @returns the number of images that were prepared here
 * @throws AppError UNAVAILABLE when the cache takes no more; BAD_FILE, CORRUPT_ARTIFACT naming an image
 */
export async function fillBuckets(options: FillOptions): Promise<number> {
  const { folder, samples, firstBucket, isStopped } = options;
  const byBucket = new Map<number, ManifestSample[]>();
  for (const sample of samples) {
    const bucket = bucketOf(sample.sha256);
    const members = byBucket.get(bucket);
    if (members) members.push(sample);
    else byBucket.set(bucket, [sample]);
  }
  let open = Array.from({ length: bucketCount }, (_, i) => (firstBucket + i) % bucketCount).filter((bucket) => byBucket.has(bucket));
  let prepared = 0;
  while (open.length > 0 && !isStopped()) {
    const held: number[] = [];
    for (const bucket of open) {
      if (isStopped()) break;
      const members = byBucket.get(bucket)!;
      if (findMissing(options, bucket, members).length === 0) continue;
      const lock = writeOrExplain(folder, () => claimLock(join(folder, lockName(bucket))));
      if (!lock) {
        held.push(bucket);
        continue;
      }
      try {
        // Looked up again: whoever had the lock before may have filled it.
        const missing = findMissing(options, bucket, members);
        prepared += await fillBucket(options, { bucket, missing, present: members.length - missing.length });
      } finally {
        lock.release();
      }
    }
    if (held.length === open.length) await setTimeout(waitMs);
    open = held;
  }
  return prepared;
}

function findMissing({ folder, onProgress }: FillOptions, bucket: number, members: readonly ManifestSample[]): ManifestSample[] {
  const present = new Set<string>();
  for (const path of listSegments(folder)) {
    if (isSegmentOf(basename(path), bucket)) for (const { sha256 } of readSegmentIndex(path) ?? []) present.add(sha256);
  }
  const missing = members.filter(({ sha256 }) => !present.has(sha256));
  onProgress(bucket, members.length - missing.length);
  return missing;
}

async function fillBucket(options: FillOptions, { bucket, missing, present }: { bucket: number; missing: readonly ManifestSample[]; present: number }): Promise<number> {
  const { folder, shardPaths, preparation, takeBytes, isStopped, onProgress } = options;
  let done = 0;
  let writer: SegmentWriter | null = null;
  try {
    for await (const { sha256, image } of mapOrdered(missing, decodedAhead, async (sample) => ({ sha256: sample.sha256, image: await decodeSample(sample, shardPaths) }))) {
      const pixels = prepareImage(image, preparation);
      if (isStopped() || !takeBytes(pixels.data.byteLength)) break;
      writer ??= createSegmentWriter(folder, bucket);
      writer.add(sha256, pixels);
      onProgress(bucket, present + ++done);
      if (writer.byteLength < segmentBytes) continue;
      writer.commit();
      writer.close();
      writer = null;
    }
    writer?.commit();
  } finally {
    writer?.close();
  }
  return done;
}
