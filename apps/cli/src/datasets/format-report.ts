import { formatBytes, formatCount } from '@eyegazer/client';
import type { DatasetWire } from '@eyegazer/core';
import { splitNames } from '@eyegazer/core';
import { cleanText } from '../output/clean-text.js';
import type { Paint } from '../output/paint.js';
import { formatTable, type Cell } from '../output/table.js';

const mostProblems = 20;

/** What an import has read: images per class and split, and what it skipped and why. */
export function formatReport({ name, latest, report }: DatasetWire, { width, paint }: { width: number | null; paint: Paint }): string[] {
  if (!latest || !report) return [];
  const used = splitNames.filter((split) => split !== 'predict' && (report.counts[split] ?? []).length > 0);
  const countOf = (split: (typeof splitNames)[number], k: number): number => report.counts[split]?.[k] ?? 0;
  const rows = latest.classNames.map((className, k): Cell[] => [className, ...used.map((split) => formatCount(countOf(split, k))), formatCount(used.reduce((sum, split) => sum + countOf(split, k), 0))]);
  const unlabelled = countOf('predict', 0);
  const shown = report.problems.slice(0, mostProblems);
  return [
    `${cleanText(name)}@${latest.version} is ready: ${formatCount(report.sampleCount)} images (${formatBytes(report.byteLength)}) in ${cleanText(report.layout)} layout${unlabelled > 0 ? `, ${formatCount(unlabelled)} of them without a label` : ''}`,
    '',
    ...formatTable({ columns: [{ title: 'CLASS', shrinkTo: 8 }, ...used.map((split) => ({ title: split === 'eval' ? 'HELD OUT' : split.toUpperCase(), align: 'right' }) as const), { title: 'TOTAL', align: 'right' }], rows, width, paint }),
    ...(report.problemCount === 0
      ? []
      : ['', paint('yellow', `${formatCount(report.problemCount)} ${report.problemCount === 1 ? 'problem' : 'problems'}; what is named here was left out:`), ...shown.map(({ name: file, message }) => `  ${cleanText(message.startsWith(file) ? message : `${file}: ${message}`)}`)]),
    ...(report.problemCount > shown.length && report.problemCount > 0 ? [`  and ${formatCount(report.problemCount - shown.length)} more`] : []),
  ];
}
