import type { SelectionMetric } from '../config/experiment-config.js';
import type { EvaluationMetrics } from '../events/experiment-event.js';

/** True when `candidate` is strictly better by `metric`; an undefined metric is worse than any number, and loss is better when lower. */
export function isBetterEvaluation(candidate: EvaluationMetrics, best: EvaluationMetrics | null, metric: SelectionMetric): boolean {
  if (best === null) return true;
  return scoreOf(candidate, metric) > scoreOf(best, metric);
}

function scoreOf(metrics: EvaluationMetrics, metric: SelectionMetric): number {
  const value = metrics[metric];
  if (value === null) return -Infinity;
  return metric === 'loss' ? -value : value;
}
