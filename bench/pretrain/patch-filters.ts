import type { ViTConfig } from '@eyegazer/formats';

/** Colour axes as weights of red, green and blue; along the cheaper ones finer waves are taken in. */
const axes = [
  { rgb: [1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)], cost: 1, gain: 0.5 },
  { rgb: [1 / Math.SQRT2, -1 / Math.SQRT2, 0], cost: 1.1, gain: 1 },
  { rgb: [1 / Math.sqrt(6), 1 / Math.sqrt(6), -2 / Math.sqrt(6)], cost: 1.5, gain: 1 },
] as const;

/**
 * What a patch projection starts from: the lowest cosine waves (DCT-II) of a patch along three colour axes. Images hold less the
 * finer the wave, so finer waves are amplified; from random filters, a small model sees brightness and little else for long.
 * Shape: [hiddenSize, 3, patchSize, patchSize]
 */
export function createPatchFilters({ hiddenSize, patchSize: P }: Pick<ViTConfig, 'hiddenSize' | 'patchSize'>): Float32Array {
  const waves = axes.flatMap(({ rgb, cost, gain }) => Array.from({ length: P * P }, (_, i) => ({ rgb, gain, u: i % P, v: Math.floor(i / P), rank: ((i % P) + Math.floor(i / P)) * cost })));
  if (waves.length < hiddenSize) throw new RangeError(`Expected a hidden size of at most ${waves.length}, got ${hiddenSize}.`);
  const filters: number[] = [];
  for (const { rgb, gain, u, v } of waves.sort((a, b) => a.rank - b.rank).slice(0, hiddenSize)) {
    const scale = (gain * (u + v === 0 ? 0.25 : 1 + u + v)) / P;
    for (const weight of rgb) {
      for (let y = 0; y < P; y++) for (let x = 0; x < P; x++) filters.push(weight * scale * wave(u, x, P) * wave(v, y, P));
    }
  }
  return Float32Array.from(filters);
}

/** Root mean square 1. */
function wave(frequency: number, at: number, size: number): number {
  return (frequency === 0 ? 1 : Math.SQRT2) * Math.cos((Math.PI * frequency * (at + 0.5)) / size);
}
