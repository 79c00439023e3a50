import { percent, quoteClasses, type Rule } from '../rule-input.js';

/** C4: accuracy is what always answering the largest class would give, and the answers do nearly that. */
export const majorityMatch: Rule<'C4'> = ({ current, majorityShare, maxShare, maxClass }, thresholds) => {
  const tolerance = Math.max(thresholds.minTolerance, 1.96 * Math.sqrt((majorityShare * (1 - majorityShare)) / current.count));
  const { accuracy } = current.metrics;
  if (Math.abs(accuracy - majorityShare) > tolerance || maxShare < thresholds.maxShare) return null;
  return {
    level: 'critical',
    message: `Accuracy ${percent(accuracy)} is the share of the largest class (${percent(majorityShare)}), and ${percent(maxShare)} of the answers are ${quoteClasses([current.classNames[maxClass]])}.`,
    evidence: { accuracy, majorityShare, tolerance, maxShare, threshold: thresholds.maxShare },
  };
};
