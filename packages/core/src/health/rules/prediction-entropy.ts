import type { Rule } from '../rule-input.js';

/** C3: the answers vary far less than the truth. */
export const predictionEntropy: Rule<'C3'> = ({ entropyTruth, entropyPredicted }, thresholds) => {
  if (entropyTruth === 0) return null;
  const ratio = entropyPredicted / entropyTruth;
  if (ratio > thresholds.warnRatio) return null;
  return {
    level: ratio <= thresholds.criticalRatio ? 'critical' : 'warning',
    message: `The answers carry ${ratio.toFixed(2)} of the entropy of the true grades: they lean on few classes.`,
    evidence: { entropyPredicted, entropyTruth, ratio, thresholds },
  };
};
