/**
 * Ridge regression of every class's indicator on standardised features, as scikit-learn's `make_pipeline(StandardScaler(),
 * Ridge(alpha))` fits it, cross-validated. Sums over each fold are enough for every fit, so that the cost grows with the images
 * only once, however many folds and choices of features there are.
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';

export interface RidgeData {
  /** Features by sample. */
  readonly features: readonly (readonly number[])[];
  /** Class id by sample. */
  readonly labels: readonly number[];
  readonly classCount: number;
  /** The fold of each sample; predicted by a fit of all the others. */
  readonly folds: readonly number[];
  readonly foldCount: number;
}

/** Makes a fit of some of the features. Shape of what it returns: [sample][class], scores that are one together. */
export type CrossValidate = (columns: readonly number[]) => Float64Array[];

/** Weight of the penalty; features count as many times as there are samples. */
const alpha = 10;
/** A feature of less variance than this share of its square is constant: rounding is left of it. */
const constant = 1e-12;

export function createCrossValidation({ features, labels, classCount, folds, foldCount }: RidgeData): CrossValidate {
  const width = features[0]?.length ?? 0;
  const scaled = standardise(features, width); // [sample, feature]; keeps the sums below exact enough
  const sums = Array.from({ length: foldCount }, () => emptySums(width, classCount));
  scaled.forEach((row, i) => addSample(sums[folds[i]!]!, row, labels[i]!));
  const total = sums.reduce((all, fold) => combine(all, fold, 1), emptySums(width, classCount));
  return (columns) => {
    const fits = sums.map((fold) => fitRidge(combine(total, fold, -1), columns, classCount));
    return scaled.map((row, i) => predict(fits[folds[i]!]!, row));
  };
}

interface Sums {
  count: number;
  features: Float64Array;
  /** [feature, feature], the upper triangle. */
  products: Float64Array;
  classes: Float64Array;
  /** [class, feature] */
  ofClass: Float64Array;
}

interface Fit {
  readonly used: readonly number[];
  readonly means: Float64Array;
  readonly shares: Float64Array;
  /** [used feature, class], of features that lost their mean */
  readonly weights: Matrix;
}

function emptySums(width: number, classCount: number): Sums {
  return { count: 0, features: new Float64Array(width), products: new Float64Array(width * width), classes: new Float64Array(classCount), ofClass: new Float64Array(classCount * width) };
}

function addSample(sums: Sums, row: Float64Array, label: number): void {
  const width = row.length;
  sums.count += 1;
  sums.classes[label]! += 1;
  for (let j = 0; j < width; j++) {
    sums.features[j]! += row[j]!;
    sums.ofClass[label * width + j]! += row[j]!;
    for (let k = j; k < width; k++) sums.products[j * width + k]! += row[j]! * row[k]!;
  }
}

function combine(a: Sums, b: Sums, sign: 1 | -1): Sums {
  const add = (x: Float64Array, y: Float64Array): Float64Array => x.map((value, i) => value + sign * y[i]!);
  return { count: a.count + sign * b.count, features: add(a.features, b.features), products: add(a.products, b.products), classes: add(a.classes, b.classes), ofClass: add(a.ofClass, b.ofClass) };
}

function fitRidge(sums: Sums, columns: readonly number[], classCount: number): Fit {
  const width = sums.features.length;
  const means = sums.features.map((sum) => sum / sums.count);
  const shares = sums.classes.map((count) => count / sums.count);
  const covariance = (j: number, k: number): number => sums.products[Math.min(j, k) * width + Math.max(j, k)]! / sums.count - means[j]! * means[k]!;
  const used = columns.filter((j) => covariance(j, j) > constant);
  const deviations = used.map((j) => Math.sqrt(covariance(j, j)));
  if (used.length === 0) return { used, means, shares, weights: Matrix.zeros(0, classCount) };
  const normal = new Matrix(used.map((j, a) => used.map((k, b) => (sums.count * covariance(j, k)) / (deviations[a]! * deviations[b]!) + (a === b ? alpha : 0))));
  const target = new Matrix(used.map((j, a) => Array.from(shares, (share, c) => (sums.ofClass[c * width + j]! - sums.count * means[j]! * share) / deviations[a]!)));
  const weights = new CholeskyDecomposition(normal).solve(target);
  deviations.forEach((deviation, a) => weights.mulRow(a, 1 / deviation));
  return { used, means, shares, weights };
}

function predict({ used, means, shares, weights }: Fit, row: Float64Array): Float64Array {
  const scores = Float64Array.from(shares);
  used.forEach((j, a) => {
    const value = row[j]! - means[j]!;
    for (let c = 0; c < scores.length; c++) scores[c]! += value * weights.get(a, c);
  });
  return scores;
}

/** Mean 0 and variance 1 over all samples; a constant feature becomes 0. */
function standardise(rows: readonly (readonly number[])[], width: number): Float64Array[] {
  const columns = Array.from({ length: width }, (_, j) => {
    const mean = rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + (row[j]! - mean) ** 2, 0) / rows.length;
    return { mean, factor: variance > constant * mean ** 2 ? 1 / Math.sqrt(variance) : 0 };
  });
  return rows.map((row) => Float64Array.from(columns, ({ mean, factor }, j) => (row[j]! - mean) * factor));
}
