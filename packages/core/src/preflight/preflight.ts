import type { ExperimentConfig } from '../config/experiment-config.js';
import type { Probe } from '../dataset/dataset-audit.js';
import type { VersionFindings } from '../dataset/version-findings.js';
import type { ResolvedTask } from '../tasks/resolve-task.js';
import { targetOf, taskClassNames } from '../tasks/task-head.js';
import type { SubmitWarning } from '../wire/experiment-wire.js';
import { findClassImbalance } from './class-imbalance.js';
import { findCoarseWeights } from './coarse-weights.js';
import { findConflictingLabels } from './conflicting-labels.js';
import { findDatasetLeaks } from './dataset-leaks.js';
import { findFewUpdates } from './few-updates.js';
import { findHotLearningRate } from './hot-learning-rate.js';
import { findLookShortcut } from './look-shortcut.js';
import { findMissingCheckpoints } from './missing-checkpoints.js';
import { findTinyEvaluation } from './tiny-evaluation.js';
import { findUnorderedClasses } from './unordered-classes.js';
import { findWeighedTwice } from './weighed-twice.js';

export interface PreflightFacts {
  config: ExperimentConfig;
  task: ResolvedTask;
  /** Optimizer updates of the whole run. */
  updates: number;
  /** Training images by dataset class. */
  trainCounts: readonly number[];
  classNames: readonly string[];
  /** Whether the order of the classes means something. */
  ordinal: boolean;
  evalSamples: number;
  /** Of the version; null where they are not known. */
  findings: VersionFindings | null;
  /** Of the images that the version was made from; null where there are too few, or none was made. */
  probe: Probe | null;
}

/** What can be said of a run before anything runs: every lint that speaks, in the order of its rule's id. */
export function preflight(facts: PreflightFacts): SubmitWarning[] {
  const { training } = facts.config;
  const names = taskClassNames(facts.task, facts.classNames);
  const found = [
    findClassImbalance(countTaskClasses(facts, names.length), names),
    facts.findings && findDatasetLeaks({ ...facts.findings, evalSamples: facts.evalSamples }),
    findTinyEvaluation(facts.evalSamples),
    facts.findings && findConflictingLabels(facts.findings),
    findWeighedTwice(training),
    findUnorderedClasses(facts),
    findLookShortcut(facts.probe),
    findFewUpdates({ updates: facts.updates, epochs: training.epochs, effectiveBatch: training.effectiveBatch }),
    findHotLearningRate({ learningRate: training.learningRate, effectiveBatch: training.effectiveBatch, method: facts.config.adapter.method }),
    findMissingCheckpoints(training),
    findCoarseWeights(training),
  ];
  return found.filter((warning) => warning !== null);
}

function countTaskClasses(facts: PreflightFacts, classCount: number): number[] {
  const counts = new Array<number>(classCount).fill(0);
  facts.trainCounts.forEach((count, label) => {
    const target = targetOf(facts.task, label);
    counts[target] = (counts[target] ?? 0) + count;
  });
  return counts;
}
