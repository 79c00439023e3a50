import type { Rule } from '../rule-input.js';

/** C9: evaluations repeat to the last digit although the learning rate says that something should move. */
export const frozen: Rule<'C9'> = ({ history, current, peakLearningRate }, thresholds) => {
  const recent = history.slice(-thresholds.evaluations);
  if (recent.length < thresholds.evaluations) return null;
  const still = recent.every(
    (evaluation) =>
      evaluation.logitsHash === current.logitsHash &&
      evaluation.metrics.accuracy.toFixed(4) === current.metrics.accuracy.toFixed(4) &&
      evaluation.learningRate > thresholds.learningRateShare * peakLearningRate,
  );
  if (!still) return null;
  return {
    level: 'critical',
    message: `Nothing has moved for ${recent.length} evaluations, while the learning rate stands at ${current.learningRate.toExponential(1)}.`,
    evidence: { logitsHash: current.logitsHash, accuracy: current.metrics.accuracy, updates: recent.map(({ update }) => update), learningRate: current.learningRate, thresholds },
  };
};
