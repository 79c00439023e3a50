import { randomNormal, randomUint32, randomUniform, type RandomKey } from '@eyegazer/core';

/** Random numbers in the order of asking, for drawing; the key fixes all of them. */
export interface Dice {
  /** [low, high) */
  between(low: number, high: number): number;
  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number;
  normal(mean: number, deviation: number): number;
  /** True as often as `share` says. */
  chance(share: number): boolean;
  /** A 32-bit integer, for a noise. */
  seed(): number;
}

export function createDice(key: RandomKey): Dice {
  let counter = 0;
  return {
    between: (low, high) => low + (high - low) * randomUniform(key, counter++),
    whole: (low, high) => low + Math.floor((high - low + 1) * randomUniform(key, counter++)),
    normal: (mean, deviation) => mean + deviation * randomNormal(key, counter++),
    chance: (share) => randomUniform(key, counter++) < share,
    seed: () => randomUint32(key, counter++) | 0,
  };
}
