import type { SplitName } from '@eyegazer/core';
import type { ImageToSplit } from './choose-split.js';

/** Held-out images that belong together with one that is trained on: of them a model may know the answer. */
export function countLeaks(images: readonly Pick<ImageToSplit, 'together'>[], splits: readonly SplitName[]): number {
  const trained = new Set(images.filter((_, i) => splits[i] === 'train').map(({ together }) => together));
  return images.filter(({ together }, i) => splits[i] === 'eval' && trained.has(together)).length;
}
