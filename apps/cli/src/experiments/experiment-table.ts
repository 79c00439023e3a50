import type { ExperimentSummary } from '@eyegazer/core';
import { formatMetric } from '../output/format-number.js';
import { formatAge } from '../output/format-time.js';
import type { Paint } from '../output/paint.js';
import { formatTable, type Cell, type Column } from '../output/table.js';
import { healthCell } from './health-cell.js';
import { shortId } from './short-id.js';
import { stateCell } from './state-cell.js';

const columns: readonly Column[] = [
  { title: 'ID' },
  { title: 'STATE' },
  { title: 'NAME', shrinkTo: 12 },
  { title: 'QWK', align: 'right' },
  { title: 'ACC', align: 'right' },
  { title: 'HEALTH' },
  { title: 'DATASET', shrinkTo: 8, optional: 1 },
  { title: 'TASK', optional: 3 },
  { title: 'MODEL', shrinkTo: 10, optional: 2 },
  { title: 'AGE', align: 'right' },
];

/** Experiments as a table; metrics are those of the best evaluation. */
export function formatExperimentTable(experiments: readonly ExperimentSummary[], options: { width: number | null; paint: Paint; nowMs: number }): string[] {
  const rows = experiments.map((experiment): Cell[] => [
    shortId(experiment.id),
    stateCell(experiment),
    experiment.name,
    formatMetric(experiment.best?.qwk),
    formatMetric(experiment.best?.accuracy),
    healthCell(experiment.health),
    experiment.dataset,
    experiment.task,
    experiment.model,
    formatAge(experiment.createdAt, options.nowMs),
  ]);
  return formatTable({ columns, rows, width: options.width, paint: options.paint });
}
