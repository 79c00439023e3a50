import { percent, quoteClasses, type Rule } from '../rule-input.js';

/** C1: one class takes (nearly) every answer. */
export const singleClass: Rule<'C1'> = ({ current, maxShare, maxClass }, thresholds) => {
  if (maxShare < thresholds.maxShare) return null;
  return {
    level: 'critical',
    message: `${percent(maxShare)} of the answers are ${quoteClasses([current.classNames[maxClass]])}: the model has collapsed to one class.`,
    evidence: { maxShare, class: maxClass, threshold: thresholds.maxShare },
  };
};
