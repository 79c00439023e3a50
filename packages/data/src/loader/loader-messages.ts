import type { ErrorRecord, ManifestSample } from '@eyegazer/core';
import type { PreprocessorConfig } from '@eyegazer/formats';
import type { AugmentPresetName } from '../augment/augment-presets.js';

/** What a loader thread is started with. */
export interface LoaderThreadData {
  /** Local file of each shard of the version. */
  shardPaths: string[];
  /** The split's samples; positions index into it. */
  samples: readonly ManifestSample[];
  /** Its size is the size of the images to give. */
  preprocessor: PreprocessorConfig;
  augment: AugmentPresetName;
  seed: number;
  cacheBytes: number;
}

/** One piece to load, or null: finish and leave. */
export type LoaderRequest = { ticket: number; positions: number[]; update: number } | null;

export type LoaderReply =
  | { ticket: number; pixels: Float32Array<ArrayBuffer> }
  | { ticket: number; error: ErrorRecord };
