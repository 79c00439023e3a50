import { quoteClasses, type Evaluation, type Rule } from '../rule-input.js';

/**
 * C2: classes that are never answered although the held-out split has enough of them. Small classes count together.
 */
export const deadClasses: Rule<'C2'> = ({ current, history }, thresholds) => {
  const dead = deadIn(current);
  const images = imagesOf(current, dead);
  if (dead.length === 0 || images < thresholds.warnCount) return null;
  const previous = history.at(-2);
  const deadBefore = previous ? deadIn(previous) : [];
  const again = previous !== undefined && deadBefore.length > 0 && imagesOf(previous, deadBefore) >= thresholds.warnCount;
  const many = dead.length >= thresholds.criticalClasses && images >= thresholds.criticalCount;
  return {
    level: many || again ? 'critical' : 'warning',
    message: `${quoteClasses(dead.map((k) => current.classNames[k]))} ${dead.length > 1 ? 'are' : 'is'} never answered: ${images} of ${current.count} held-out images cannot be right.`,
    evidence: { neverAnswered: dead, images, of: current.count, consecutive: again, thresholds },
  };
};

function deadIn(evaluation: Evaluation): number[] {
  return evaluation.predictedCounts.flatMap((count, k) => (count === 0 && (evaluation.truthCounts[k] ?? 0) > 0 ? [k] : []));
}

function imagesOf(evaluation: Evaluation, classes: readonly number[]): number {
  return classes.reduce((sum, k) => sum + (evaluation.truthCounts[k] ?? 0), 0);
}
