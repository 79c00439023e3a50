/** Every threshold of the training-health rules, by name; a config may override each under `health.rules.<id>`. */
export const ruleThresholds = {
  /** Share of the answers that one class may reach. */
  C1: { maxShare: 0.98 },
  /** Held-out images of the never-answered classes together; `criticalClasses` of them with `criticalCount` images are critical. */
  C2: { warnCount: 10, criticalClasses: 2, criticalCount: 15 },
  /** Entropy of the answers over the entropy of the truth. */
  C3: { warnRatio: 0.75, criticalRatio: 0.35 },
  /** Distance of accuracy to the majority share, at least, and the share one class must reach. */
  C4: { minTolerance: 0.01, maxShare: 0.9 },
  /** Accuracy over what the answered classes allow at best. */
  C5: { ceilingShare: 0.95 },
  /** Agreement at or below these is chance; the margin is above 1 / K. */
  C6: { qwk: 0.05, balancedAccuracyMargin: 0.05, mcc: 0.05 },
  /** Equal evaluations in a row, while the learning rate is above this share of its peak. */
  C9: { evaluations: 3, learningRateShare: 0.01 },
} as const;

/** Share of the planned updates before which the C-rules only inform. */
export const graceShare = 0.1;
