import { formatBytes, formatCount } from '@eyegazer/client';
import type { DatasetWire } from '@eyegazer/core';
import { cleanText } from '../output/clean-text.js';
import type { Paint } from '../output/paint.js';
import { formatCounts } from './format-counts.js';
import { formatFindings } from './format-findings.js';

const mostProblems = 20;

/** What an import has read: images per class and split, and what it skipped and why. */
export function formatReport({ name, latest, report }: DatasetWire, { width, paint }: { width: number | null; paint: Paint }): string[] {
  if (!latest || !report) return [];
  const unlabelled = latest.counts.predict?.[0] ?? 0;
  const shown = report.problems.slice(0, mostProblems);
  return [
    `${cleanText(name)}@${latest.version} is ready: ${formatCount(report.sampleCount)} images (${formatBytes(report.byteLength)}) in ${cleanText(report.layout)} layout${unlabelled > 0 ? `, ${formatCount(unlabelled)} of them without a label` : ''}`,
    '',
    ...formatCounts(latest, { width, paint }),
    ...formatFindings(latest.findings).flatMap((finding) => ['', paint('yellow', finding)]),
    ...(report.problemCount === 0
      ? []
      : ['', paint('yellow', `${formatCount(report.problemCount)} ${report.problemCount === 1 ? 'problem' : 'problems'}; what is named here was left out:`), ...shown.map(({ name: file, message }) => `  ${cleanText(message.startsWith(file) ? message : `${file}: ${message}`)}`)]),
    ...(report.problemCount > shown.length && report.problemCount > 0 ? [`  and ${formatCount(report.problemCount - shown.length)} more`] : []),
  ];
}
