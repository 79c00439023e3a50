import { percent, quoteClasses, type Rule } from '../rule-input.js';

/**
 * C5: accuracy has reached what the answered classes allow at best, so it cannot rise without answering the others.
 * A class without a held-out image takes nothing from the ceiling.
 */
export const subsetCeiling: Rule<'C5'> = ({ current, p }, thresholds) => {
  const answersAll = current.truthCounts.every((count, k) => count === 0 || (current.predictedCounts[k] ?? 0) > 0);
  const answered = current.predictedCounts.flatMap((count, k) => (count > 0 ? [k] : []));
  const ceiling = answered.reduce((sum, k) => sum + (p[k] ?? 0), 0);
  const { accuracy } = current.metrics;
  if (answersAll || accuracy < thresholds.ceilingShare * ceiling) return null;
  return {
    level: 'warning',
    message: `Only ${quoteClasses(answered.map((k) => current.classNames[k]))} ${answered.length > 1 ? 'are' : 'is'} answered: accuracy is ${percent(accuracy)} and cannot exceed ${percent(ceiling)}.`,
    evidence: { answered, ceiling, accuracy, threshold: thresholds.ceilingShare },
  };
};
