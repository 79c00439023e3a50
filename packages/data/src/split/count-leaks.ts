import type { SplitName } from '@eyegazer/core';

export interface Leaks {
  /** Groups of related images with some that are trained on and some that are held out. */
  readonly groups: number;
  /** Held-out images with a relative that is trained on: of them a model may know the answer. */
  readonly images: number;
}

/** @param together a number of each image, the same for images that belong together */
export function countLeaks(together: readonly number[], splits: readonly SplitName[]): Leaks {
  const trained = new Set(together.filter((_, i) => splits[i] === 'train'));
  const leaking = together.filter((unit, i) => splits[i] === 'eval' && trained.has(unit));
  return { groups: new Set(leaking).size, images: leaking.length };
}
