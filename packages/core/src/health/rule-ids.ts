/** Training-health rules that run; ids as in the catalogue of rules in docs/training-health.md. */
export const ruleIds = ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C9', 'N1'] as const;
export type RuleId = (typeof ruleIds)[number];
