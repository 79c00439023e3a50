import type { Augmentation, ErrorRecord, ManifestSample } from '@eyegazer/core';
import type { PreprocessorConfig } from '@eyegazer/formats';
import type { CachedPlaces } from '../cache/find-cached.js';
import type { Preparation } from '../prepare/preparation.js';

/** What a loader thread is started with. */
export interface LoaderThreadData {
  /** Local file of each shard of the version. */
  shardPaths: string[];
  /** The split's samples; positions index into it. */
  samples: readonly ManifestSample[];
  /** Its size is the size of the images to give. */
  preprocessor: PreprocessorConfig;
  /** Null: what is prepared is what is given. */
  augmentation: Augmentation | null;
  preparation: Preparation;
  /** Prepared images on this machine's disk. */
  cached: CachedPlaces | null;
  seed: number;
  /** For prepared images that are not on the disk. */
  memoryBytes: number;
}

/** One piece to load, or null: finish and leave. */
export type LoaderRequest = { ticket: number; positions: number[]; update: number } | null;

export type LoaderReply =
  | { ticket: number; pixels: Float32Array<ArrayBuffer> }
  | { ticket: number; error: ErrorRecord };
