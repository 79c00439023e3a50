import type { ErrorRecord } from '@eyegazer/core';
import type { FillOptions } from './fill-buckets.js';

/** What a thread that fills the cache is started with. */
export interface CacheThreadData extends Pick<FillOptions, 'folder' | 'samples' | 'shardPaths' | 'preparation' | 'firstBucket'> {
  /** Shared by all: [not 0: stop, KiB that may still be written]. */
  control: Int32Array;
}

export type CacheThreadMessage =
  | { kind: 'progress'; bucket: number; imageCount: number }
  | { kind: 'done'; /** Images that this thread prepared. */ prepared: number }
  | { kind: 'unwritable'; reason: string }
  | { kind: 'failed'; error: ErrorRecord };
