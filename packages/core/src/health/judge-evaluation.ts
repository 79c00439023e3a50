/**
 * Training health: pure functions from the history of evaluations to findings. Rules only read the held-out split's own
 * numbers. Before a tenth of the planned updates the rules inform and do not alarm.
 */
import type { ExperimentConfig } from '../config/experiment-config.js';
import type { EventData } from '../events/experiment-event.js';
import { nextHealthState, type HealthState } from './health-state.js';
import { collapseRemedies } from './remedies.js';
import type { CollapseRuleId, RuleSettings } from './rule-ids.js';
import { createRuleInput, thresholdsOf, type Evaluation, type RuleInput, type RuleVerdict } from './rule-input.js';
import { graceShare } from './rule-thresholds.js';
import { chanceAgreement } from './rules/chance-agreement.js';
import { deadClasses } from './rules/dead-classes.js';
import { frozen } from './rules/frozen.js';
import { majorityMatch } from './rules/majority-match.js';
import { predictionEntropy } from './rules/prediction-entropy.js';
import { singleClass } from './rules/single-class.js';
import { subsetCeiling } from './rules/subset-ceiling.js';

const rules: { id: CollapseRuleId; judge: (input: RuleInput, settings: RuleSettings) => RuleVerdict | null }[] = [
  { id: 'C1', judge: (input, settings) => singleClass(input, thresholdsOf('C1', settings)) },
  { id: 'C2', judge: (input, settings) => deadClasses(input, thresholdsOf('C2', settings)) },
  { id: 'C3', judge: (input, settings) => predictionEntropy(input, thresholdsOf('C3', settings)) },
  { id: 'C4', judge: (input, settings) => majorityMatch(input, thresholdsOf('C4', settings)) },
  { id: 'C5', judge: (input, settings) => subsetCeiling(input, thresholdsOf('C5', settings)) },
  { id: 'C6', judge: (input, settings) => chanceAgreement(input, thresholdsOf('C6', settings)) },
  { id: 'C9', judge: (input, settings) => frozen(input, thresholdsOf('C9', settings)) },
];

export interface EvaluationJudgement {
  findings: EventData<'finding'>[];
  state: HealthState;
  /** The rule that ends the run, if the config says that one may. */
  stop: CollapseRuleId | null;
}

export interface JudgeEvaluationOptions {
  /** Evaluations of this attempt, oldest first; the last is judged. */
  history: readonly Evaluation[];
  /** State after the evaluation before. */
  state: HealthState;
  config: ExperimentConfig;
  plannedUpdates: number;
}

/** Judges the newest evaluation. @throws RangeError when the history is empty */
export function judgeEvaluation(options: JudgeEvaluationOptions): EvaluationJudgement {
  const { config, history } = options;
  const settings = config.health.rules;
  const input = createRuleInput(history, config.training.learningRate);
  const inGrace = input.current.update < graceShare * options.plannedUpdates;
  const verdicts = rules.flatMap(({ id, judge }) => {
    const verdict = settings[id]?.action === 'off' ? null : judge(input, settings);
    return verdict ? [{ ...verdict, id, level: inGrace ? ('info' as const) : verdict.level }] : [];
  });
  const alarms = verdicts.filter(({ level }) => level !== 'info');
  const certain = alarms.some(({ id }) => id === 'C1') && input.maxShare === 1;
  const state = inGrace ? options.state : nextHealthState(options.state, alarms.length === 0 ? 'healthy' : certain ? 'certain' : 'unhealthy');
  const histogram = { classNames: input.current.classNames, predictedCounts: input.current.predictedCounts, truthCounts: input.current.truthCounts };
  return {
    findings: verdicts.map(({ id, level, message, evidence }) => ({
      rule: id,
      level,
      update: input.current.update,
      message,
      evidence: { ...evidence, histogram },
      remedies: collapseRemedies(config),
      healthState: state,
    })),
    state,
    stop: stoppingRule(alarms, { config, state }),
  };
}

function stoppingRule(alarms: { id: CollapseRuleId; level: string }[], context: { config: ExperimentConfig; state: HealthState }): CollapseRuleId | null {
  const { rules: settings, onCollapse } = context.config.health;
  const told = alarms.find(({ id }) => settings[id]?.action === 'stop');
  if (told) return told.id;
  const collapse = alarms.find(({ id, level }) => level === 'critical' && settings[id]?.action !== 'flag');
  return onCollapse === 'stop' && context.state === 'confirmed' ? (collapse?.id ?? null) : null;
}
