import type { ManifestSample, SplitName } from '@eyegazer/core';

/** Images by split and class; the predict split has one number, the images without label. */
export function countSamples(samples: readonly ManifestSample[], classCount: number): Record<SplitName, number[]> {
  const counts = { train: Array<number>(classCount).fill(0), eval: Array<number>(classCount).fill(0), predict: [0] };
  for (const { split, label } of samples) counts[split][label ?? 0]!++;
  return counts;
}
