import { z } from 'zod';
import { ruleThresholds } from './rule-thresholds.js';

/** Ids of the training-health rules that run. */
export const ruleIds = ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C9', 'N1'] as const;
export type RuleId = (typeof ruleIds)[number];
/** Rules that judge an evaluation; their action and thresholds are a config's to choose. */
export type CollapseRuleId = Exclude<RuleId, 'N1'>;

const action = z.enum(['flag', 'stop', 'off']).optional();
/** Thresholds that count images, classes or evaluations; the others are shares and scores. */
const counting = new Set(['warnCount', 'criticalClasses', 'criticalCount', 'evaluations']);

function threshold(name: string) {
  return (counting.has(name) ? z.int().min(1) : z.number().min(0).max(1)).optional();
}

/** Settings of one rule in a config: its action, and any of its thresholds. */
function ruleSettings<R extends CollapseRuleId>(rule: R) {
  const names = Object.keys(ruleThresholds[rule]) as (keyof (typeof ruleThresholds)[R] & string)[];
  const shape = Object.fromEntries(names.map((name) => [name, threshold(name)])) as Record<(typeof names)[number], ReturnType<typeof threshold>>;
  return z.strictObject({ action, ...shape }).optional();
}

/** N1 has no settings: a run that is not finite ends. */
export const ruleSettingsSchema = z.strictObject({
  C1: ruleSettings('C1'),
  C2: ruleSettings('C2'),
  C3: ruleSettings('C3'),
  C4: ruleSettings('C4'),
  C5: ruleSettings('C5'),
  C6: ruleSettings('C6'),
  C9: ruleSettings('C9'),
});
export type RuleSettings = z.infer<typeof ruleSettingsSchema>;
