import type { Rule } from '../rule-input.js';

/** C6: the answers agree with the truth no better than chance. An undefined kappa or MCC is chance: one side is constant. */
export const chanceAgreement: Rule<'C6'> = ({ current }, thresholds) => {
  const { balancedAccuracy } = current.metrics;
  const qwk = current.metrics.qwk ?? 0;
  const mcc = current.metrics.mcc ?? 0;
  const chance = 1 / current.classNames.length + thresholds.balancedAccuracyMargin;
  const reasons = [
    ...(qwk <= thresholds.qwk ? [`QWK ${qwk.toFixed(3)}`] : []),
    ...(balancedAccuracy <= chance ? [`balanced accuracy ${balancedAccuracy.toFixed(3)}`] : []),
    ...(mcc <= thresholds.mcc ? [`MCC ${mcc.toFixed(3)}`] : []),
  ];
  if (reasons.length === 0) return null;
  return {
    level: 'critical',
    message: `The answers are no better than chance: ${reasons.join(', ')}.`,
    evidence: { qwk, balancedAccuracy, mcc, chanceBalancedAccuracy: chance, thresholds },
  };
};
