import type { EventData } from '../events/experiment-event.js';
import type { ResolvedTask } from '../tasks/resolve-task.js';
import { predictedClass, targetOf, taskClassNames } from '../tasks/task-head.js';
import { accuracy, balancedAccuracy, macroF1, matthewsCorrelation, precisionByClass, quadraticWeightedKappa, recallByClass } from './classification-metrics.js';
import { confusionMatrix, predictedCounts, truthCounts } from './confusion-matrix.js';
import { logitsHash } from './logits-hash.js';
import { regressionMetrics } from './regression-metrics.js';
import { taskLoss } from './task-loss.js';

export interface EvaluationInput {
  task: ResolvedTask;
  /** Dataset class names; a binary task joins them into two. */
  classNames: readonly string[];
  /** One row of outputs per held-out image. */
  logits: readonly ArrayLike<number>[];
  /** Dataset labels of the same images. */
  labels: readonly number[];
  update: number;
  epoch: number;
  learningRate: number;
  trainLoss: number | null;
}

/** Turns the held-out split's logits into everything an evaluation reports. */
export function evaluateLogits(input: EvaluationInput): EventData<'evaluation'> {
  const { task, logits, labels } = input;
  const classNames = taskClassNames(task, input.classNames);
  const truth = task.kind === 'binary' ? labels.map((label) => targetOf(task, label)) : [...labels];
  const predicted = logits.map((row) => predictedClass(task, row));
  const confusion = confusionMatrix(truth, predicted, classNames.length);
  const grades = task.kind === 'regression' && logits.every((row) => Number.isFinite(row[0])) ? logits.map((row) => row[0] ?? 0) : null;
  return {
    update: input.update,
    epoch: input.epoch,
    count: labels.length,
    metrics: {
      loss: taskLoss(task, logits, labels),
      accuracy: accuracy(confusion),
      balancedAccuracy: balancedAccuracy(confusion),
      qwk: quadraticWeightedKappa(confusion),
      macroF1: macroF1(confusion),
      mcc: matthewsCorrelation(confusion),
      ...(grades ? regressionMetrics(labels, grades) : { mae: null, rmse: null, r2: null }),
    },
    classNames,
    confusion,
    recall: recallByClass(confusion),
    precision: precisionByClass(confusion),
    truthCounts: truthCounts(confusion),
    predictedCounts: predictedCounts(confusion),
    logitsHash: logitsHash(logits),
    learningRate: input.learningRate,
    trainLoss: input.trainLoss,
  };
}
