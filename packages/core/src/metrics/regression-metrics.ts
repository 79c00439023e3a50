export interface RegressionMetrics {
  mae: number;
  rmse: number;
  /** 1 - residual / total sum of squares; null when the truth is constant. */
  r2: number | null;
}

/** Errors of predicted grades. Shapes: [n] and [n], n >= 1. */
export function regressionMetrics(truth: ArrayLike<number>, predicted: ArrayLike<number>): RegressionMetrics {
  const n = truth.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (truth[i] ?? 0) / n;
  let absolute = 0;
  let squared = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const error = (predicted[i] ?? 0) - (truth[i] ?? 0);
    absolute += Math.abs(error);
    squared += error * error;
    total += ((truth[i] ?? 0) - mean) ** 2;
  }
  return { mae: absolute / n, rmse: Math.sqrt(squared / n), r2: total === 0 ? null : 1 - squared / total };
}
