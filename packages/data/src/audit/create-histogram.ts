import type { Histogram } from '@eyegazer/core';

const mostBins = 20;

/** Counts values in at most some 20 bins of one width, a round number: 1, 2 or 5 times a power of ten. No values make no bins. */
export function createHistogram(values: readonly number[]): Histogram {
  if (values.length === 0) return { edges: [], counts: [] };
  const [least, most] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
  const width = roundUp((most - least) / mostBins || least / mostBins || 1);
  const first = Math.floor(least / width);
  const binOf = (value: number): number => Math.floor(value / width) - first;
  const counts = new Array<number>(binOf(most) + 1).fill(0);
  for (const value of values) counts[binOf(value)]! += 1;
  return { edges: Array.from({ length: counts.length + 1 }, (_, i) => Number(((first + i) * width).toPrecision(12))), counts };
}

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10);
}
