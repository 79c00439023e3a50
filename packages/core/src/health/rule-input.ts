import type { EventData } from '../events/experiment-event.js';
import { entropy } from './entropy.js';
import { ruleThresholds } from './rule-thresholds.js';
import type { CollapseRuleId, RuleSettings } from './rule-ids.js';

export type Evaluation = EventData<'evaluation'>;
export type FindingLevel = EventData<'finding'>['level'];

/** What a collapse rule looks at. Shares are of the held-out split itself, never of the training set. */
export interface RuleInput {
  /** The evaluations so far, oldest first; the last is the one judged. */
  history: readonly Evaluation[];
  current: Evaluation;
  /** True share of each class: n_c / n. */
  p: number[];
  /** Answered share of each class: s_c / n. */
  q: number[];
  /** Entropies of p and q in nats. */
  entropyTruth: number;
  entropyPredicted: number;
  /** Share of the largest true class. */
  majorityShare: number;
  /** Largest answered share and its class. */
  maxShare: number;
  maxClass: number;
  /** Highest learning rate of the schedule. */
  peakLearningRate: number;
}

/** What a rule says; the sentence carries the numbers, the evidence their names. */
export interface RuleVerdict {
  level: FindingLevel;
  message: string;
  evidence: Record<string, unknown>;
}

export type Thresholds<R extends CollapseRuleId> = { readonly [K in keyof (typeof ruleThresholds)[R]]: number };
export type Rule<R extends CollapseRuleId> = (input: RuleInput, thresholds: Thresholds<R>) => RuleVerdict | null;

/** A rule's default thresholds with a config's overrides. */
export function thresholdsOf<R extends CollapseRuleId>(rule: R, settings: RuleSettings): Thresholds<R> {
  const overrides = Object.fromEntries(Object.entries(settings[rule] ?? {}).filter(([key, value]) => key !== 'action' && value !== undefined));
  return { ...ruleThresholds[rule], ...overrides } as Thresholds<R>;
}

/** Derives what the rules share from the evaluations so far. @throws RangeError without an evaluation */
export function createRuleInput(history: readonly Evaluation[], peakLearningRate: number): RuleInput {
  const current = history.at(-1);
  if (!current) throw new RangeError('Expected at least one evaluation, got none.');
  const p = current.truthCounts.map((count) => count / current.count);
  const q = current.predictedCounts.map((count) => count / current.count);
  const maxShare = Math.max(...q);
  return {
    history,
    current,
    p,
    q,
    entropyTruth: entropy(p),
    entropyPredicted: entropy(q),
    majorityShare: Math.max(...p),
    maxShare,
    maxClass: q.indexOf(maxShare),
    peakLearningRate,
  };
}

/** Names of classes for a sentence: `"3" and "4"`. */
export function quoteClasses(names: readonly (string | undefined)[]): string {
  const quoted = names.map((name) => `"${name ?? '?'}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

/** A share for a sentence: `74.3 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
