import type { SubmitWarning } from '../wire/experiment-wire.js';

const highestRatio = 5;

/**
 * Rule D1: the largest class has more than five times the images of the smallest.
 * @param counts training images by class of the task
 */
export function findClassImbalance(counts: readonly number[], classNames: readonly string[]): SubmitWarning | null {
  const largest = counts.indexOf(Math.max(...counts));
  const smallest = counts.indexOf(Math.min(...counts));
  const [most, fewest] = [counts[largest] ?? 0, counts[smallest] ?? 0];
  if (most <= highestRatio * fewest) return null;
  return {
    rule: 'D1',
    path: 'training.sampler',
    message:
      `Class ${nameOf(largest)} has ${most} training images, class ${nameOf(smallest)} only ${fewest}: a run can look good and never answer the rare class. ` +
      'Try training.sampler: balanced or training.classWeights: balanced, and watch balanced accuracy.',
  };

  function nameOf(id: number): string {
    return JSON.stringify(classNames[id] ?? String(id));
  }
}
