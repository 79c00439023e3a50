import type { ViTConfig } from '@eyegazer/formats';

/** Colour axes as weights of red, green and blue, and how many diagonals of cosine waves look along each. */
const axes = [
  { name: 'light', rgb: [1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)], diagonals: 7, gain: 0.5 },
  { name: 'red-green', rgb: [1 / Math.SQRT2, -1 / Math.SQRT2, 0], diagonals: 6, gain: 1 },
  { name: 'blue-yellow', rgb: [1 / Math.sqrt(6), 1 / Math.sqrt(6), -2 / Math.sqrt(6)], diagonals: 5, gain: 1 },
] as const;

/**
 * The patch projection of a model that was never trained: the lowest cosine waves (DCT-II) of a patch along three colour
 * axes, 28 + 21 + 15 = 64 filters. Natural images hold less the finer the wave, so finer waves are amplified.
 * Shape: [hiddenSize, 3, patchSize, patchSize]
 */
export function createPatchFilters({ hiddenSize, patchSize: P }: Pick<ViTConfig, 'hiddenSize' | 'patchSize'>): Float32Array {
  const filters: number[] = [];
  for (const { rgb, diagonals, gain } of axes) {
    for (let diagonal = 0; diagonal < diagonals; diagonal++) {
      for (let v = 0; v <= diagonal; v++) {
        const u = diagonal - v;
        const scale = gain * (diagonal === 0 ? 0.25 : 1 + diagonal) / P;
        for (const weight of rgb) {
          for (let y = 0; y < P; y++) {
            for (let x = 0; x < P; x++) filters.push(weight * scale * wave(u, x, P) * wave(v, y, P));
          }
        }
      }
    }
  }
  const all = Float32Array.from(filters);
  if (all.length !== hiddenSize * 3 * P * P) throw new RangeError(`Expected hiddenSize 64, got ${hiddenSize}.`);
  return all;
}

/** Root mean square 1. */
function wave(frequency: number, at: number, size: number): number {
  return (frequency === 0 ? 1 : Math.SQRT2) * Math.cos((Math.PI * frequency * (at + 0.5)) / size);
}
