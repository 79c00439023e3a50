import { randomNormal, randomUniform, type RandomKey } from '@eyegazer/core';

/** Random numbers in the order of asking, for drawing; the key fixes all of them. */
export interface Dice {
  /** [low, high) */
  between(low: number, high: number): number;
  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number;
  normal(mean: number, deviation: number): number;
}

export function createDice(key: RandomKey): Dice {
  let counter = 0;
  return {
    between: (low, high) => low + (high - low) * randomUniform(key, counter++),
    whole: (low, high) => low + Math.floor((high - low + 1) * randomUniform(key, counter++)),
    normal: (mean, deviation) => mean + deviation * randomNormal(key, counter++),
  };
}
