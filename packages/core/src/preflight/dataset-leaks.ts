import type { SubmitWarning } from '../wire/experiment-wire.js';

/** Rule D2: images that a run is judged by have a twin among those that it learns from. */
export function findDatasetLeaks({ leakedImages, evalSamples }: { leakedImages: number; evalSamples: number }): SubmitWarning | null {
  if (leakedImages === 0) return null;
  return {
    rule: 'D2',
    path: 'dataset',
    message:
      `${leakedImages} of ${evalSamples} held-out images have a duplicate, or another image of their group, among the training images: ` +
      'results will look better than they are. Make a version with the split `stratified`, which never divides them.',
  };
}
