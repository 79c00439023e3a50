import { formatCount, formatParameters } from '@eyegazer/client';
import type { SubmitAnswer } from '@eyegazer/core';
import type { Output } from '../output/output.js';
import { formatTable, type Cell } from '../output/table.js';
import { formatWarning } from './format-warning.js';

/** What was submitted, or would be: one row each, and below what to think about first. */
export function formatSubmitTable(answers: readonly SubmitAnswer[], { columns: width, paint }: Pick<Output, 'columns' | 'paint'>): string[] {
  const rows = answers.map(({ id, name, plan, warnings }): Cell[] => [
    id ?? '(dry run)',
    name,
    `${formatCount(plan.updates)} (${formatCount(plan.updatesPerEpoch)} per epoch)`,
    formatCount(plan.trainSamples),
    formatCount(plan.evalSamples),
    formatParameters(plan.trainableParameters),
    warnings.length === 0 ? '' : { text: `${warnings.length}`, style: 'yellow' },
  ]);
  const table = formatTable({
    columns: [
      { title: 'ID' },
      { title: 'NAME', shrinkTo: 12 },
      { title: 'UPDATES' },
      { title: 'TRAINED ON', align: 'right' },
      { title: 'HELD OUT', align: 'right' },
      { title: 'TRAINABLE', align: 'right', optional: 1 },
      { title: 'WARNINGS', align: 'right' },
    ],
    rows,
    width,
    paint,
  });
  const warnings = answers.flatMap(({ name, warnings }) => warnings.flatMap((warning) => formatWarning(warning, { width: width ?? 100, paint, ...(answers.length > 1 ? { of: name } : {}) })));
  return warnings.length === 0 ? table : [...table, '', ...warnings];
}
