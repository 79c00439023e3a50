/** Metrics of a confusion matrix, as scikit-learn defines them with `labels=range(K)`. */
import { hits, predictedCounts, truthCounts, type ConfusionMatrix } from './confusion-matrix.js';
import { totalOf } from './total-of.js';

export function accuracy(confusion: ConfusionMatrix): number {
  const n = totalOf(truthCounts(confusion));
  return n === 0 ? 0 : totalOf(hits(confusion)) / n;
}

/** Recall by class; null where the class has no image. */
export function recallByClass(confusion: ConfusionMatrix): (number | null)[] {
  return ratioByClass(hits(confusion), truthCounts(confusion));
}

/** Precision by class; null where the class is never answered. */
export function precisionByClass(confusion: ConfusionMatrix): (number | null)[] {
  return ratioByClass(hits(confusion), predictedCounts(confusion));
}

/** Mean recall of the classes that have images. */
export function balancedAccuracy(confusion: ConfusionMatrix): number {
  const recalls = recallByClass(confusion).filter((recall) => recall !== null);
  return recalls.length === 0 ? 0 : totalOf(recalls) / recalls.length;
}

/** Mean F1 of the classes that have images or are answered; a class without a hit counts 0. */
export function macroF1(confusion: ConfusionMatrix): number {
  const truth = truthCounts(confusion);
  const predicted = predictedCounts(confusion);
  const correct = hits(confusion);
  const scores = truth.flatMap((n, k) => {
    const both = n + (predicted[k] ?? 0);
    return both === 0 ? [] : [(2 * (correct[k] ?? 0)) / both];
  });
  return scores.length === 0 ? 0 : totalOf(scores) / scores.length;
}

/**
 * Cohen's kappa with quadratic weights (i - j)^2: agreement beyond chance, where a miss by two grades costs four times
 * a miss by one. Null when chance alone already explains everything (0/0: one class in truth and answers).
 * @see https://scikit-learn.org/stable/modules/generated/sklearn.metrics.cohen_kappa_score.html
 */
export function quadraticWeightedKappa(confusion: ConfusionMatrix): number | null {
  const truth = truthCounts(confusion);
  const predicted = predictedCounts(confusion);
  const n = totalOf(truth);
  let observed = 0;
  let expected = 0;
  confusion.forEach((row, i) =>
    row.forEach((cell, j) => {
      const weight = (i - j) ** 2;
      observed += weight * cell;
      expected += (weight * (truth[i] ?? 0) * (predicted[j] ?? 0)) / n;
    }),
  );
  return n === 0 || expected === 0 ? null : 1 - observed / expected;
}

/**
 * Matthews correlation coefficient for K classes (Gorodkin's R_K). Null when truth or answers are constant.
 * @see https://scikit-learn.org/stable/modules/model_evaluation.html#matthews-corrcoef
 */
export function matthewsCorrelation(confusion: ConfusionMatrix): number | null {
  const truth = truthCounts(confusion);
  const predicted = predictedCounts(confusion);
  const n = totalOf(truth);
  const correct = totalOf(hits(confusion));
  const dot = (a: number[], b: number[]): number => a.reduce((sum, value, k) => sum + value * (b[k] ?? 0), 0);
  const spread = Math.sqrt((n * n - dot(predicted, predicted)) * (n * n - dot(truth, truth)));
  return spread === 0 ? null : (correct * n - dot(truth, predicted)) / spread;
}

function ratioByClass(numerator: number[], denominator: number[]): (number | null)[] {
  return denominator.map((count, k) => (count === 0 ? null : (numerator[k] ?? 0) / count));
}
