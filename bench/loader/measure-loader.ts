import { trainingPieces, type AugmentPresetName } from '@eyegazer/core';
import { createLoader, type DatasetVersion } from '@eyegazer/data';
import { preprocessor } from './preprocessor.js';

export interface LoaderCase {
  version: DatasetVersion;
  preset: AugmentPresetName;
  threads: number;
  /** How many to load, in whole epochs. */
  images: number;
  /** Of prepared images; without it every image is decoded in every epoch. */
  cacheFolder?: string;
}

/** Images a second that a loader gives to a consumer that does nothing; the time to its first piece, in which threads start, is left out. */
export async function measureLoader({ version, preset, threads, images, cacheFolder }: LoaderCase): Promise<number> {
  const sampleCount = version.train.length;
  const labels = version.train.map(({ label }) => label ?? 0);
  const loader = createLoader({
    version, split: 'train', task: { kind: 'multiclass', loss: 'crossEntropy' }, imageSize: 224, preprocessor, augment: preset, seed: 1, threads, memoryBytes: 0, aheadPieces: 2 * threads,
    pieces: trainingPieces({ sampleCount, labels, effectiveBatch: 8, microBatch: 8, epochs: Math.ceil(images / sampleCount), seed: 1, sampler: 'shuffle' }),
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
  });
  let startedAt: number | null = null;
  let count = 0;
  for await (const { positions } of loader) {
    if (startedAt === null) startedAt = performance.now();
    else count += positions.length;
  }
  return (1000 * count) / (performance.now() - (startedAt ?? Number.NaN));
}
