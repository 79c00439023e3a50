import { randomUint32, type RandomKey } from '@eyegazer/core';

/** Random whole numbers in the order of asking; the key fixes all of them. */
export interface Dice {
  /** From 0 up to, not including, `end`. */
  below(end: number): number;
}

export function createDice(key: RandomKey): Dice {
  let counter = 0;
  return { below: (end) => randomUint32(key, counter++) % end };
}
