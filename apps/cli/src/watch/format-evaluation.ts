import type { EventData, SelectionMetric } from '@eyegazer/core';
import { formatMetric } from '../output/format-number.js';

/** Names of metrics as people write them. */
export const metricWords: Record<keyof EventData<'evaluation'>['metrics'], string> = {
  loss: 'loss',
  accuracy: 'accuracy',
  balancedAccuracy: 'balanced accuracy',
  qwk: 'QWK',
  macroF1: 'macro F1',
  mcc: 'MCC',
  mae: 'MAE',
  rmse: 'RMSE',
  r2: 'R²',
};

/** The metric that counts first, then what else tells most. */
export function formatEvaluation({ metrics }: Pick<EventData<'evaluation'>, 'metrics'>, metric: SelectionMetric): string {
  const names = [metric, ...(['qwk', 'accuracy', 'loss'] as const).filter((name) => name !== metric)];
  return names.filter((name) => metrics[name] !== null).map((name) => `${metricWords[name]} ${formatMetric(metrics[name])}`).join('  ');
}
