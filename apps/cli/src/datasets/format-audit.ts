import { formatCount, formatPercent, probeLevel, probeWords } from '@eyegazer/client';
import type { DatasetAudit, DuplicateGroupWire, Probe } from '@eyegazer/core';
import { cleanText } from '../output/clean-text.js';
import { formatFacts } from '../output/facts.js';
import type { Paint } from '../output/paint.js';
import { formatTable } from '../output/table.js';
import { wrapText } from '../output/wrap-text.js';

export interface AuditShown {
  name: string;
  audit: DatasetAudit;
  /** The first groups of images with the same pixels and different labels. */
  conflicts: readonly DuplicateGroupWire[];
}

const mostSizes = 3;
const mostIds = 5;

/** What an import found out about its images, and what that means. */
export function formatAudit({ name, audit, conflicts }: AuditShown, { columns, width, paint }: { columns: number | null; width: number; paint: Paint }): string[] {
  const { sampleCount, labelledCount, labels, labelCounts, imbalance, exact, near } = audit;
  const unlabelled = sampleCount - labelledCount;
  const rows = labels.map((label, k) => [label, formatCount(labelCounts[k] ?? 0), formatPercent((labelCounts[k] ?? 0) / Math.max(1, labelledCount), 1)]);
  const facts: [string, string][] = [
    ['largest class', imbalance === null ? 'one class has no images' : `${imbalance.toFixed(1)} times the smallest`],
    ['sizes', describeSizes(audit)],
    ['same pixels', describeGroups(exact, 'with different labels')],
    ['nearly the same', describeGroups(near, 'with different labels')],
    ...(['blank', 'tiny', 'dark'] as const).filter((kind) => audit[kind].count > 0).map((kind): [string, string] => [kind, describeOdd(audit[kind])]),
    ['look alone', audit.probe === null ? 'not tried: there are too few labelled images' : describeProbe(audit.probe)],
  ];
  return [
    paint('bold', `${cleanText(name)}: ${formatCount(sampleCount)} images${unlabelled > 0 ? `, ${formatCount(unlabelled)} of them without a label` : ''}`),
    '',
    ...formatTable({ columns: [{ title: 'LABEL', shrinkTo: 8 }, { title: 'IMAGES', align: 'right' }, { title: 'SHARE', align: 'right' }], rows, width: columns, paint }),
    '',
    ...formatFacts(facts, { width, paint }),
    ...(audit.probe === null ? [] : ['', ...describeMeaning(audit.probe, { width, paint })]),
    ...(conflicts.length === 0 ? [] : ['', paint('yellow', 'Same pixels, different labels:'), ...conflicts.map((group) => `  ${describeConflict(group)}`)]),
    ...(exact.conflicting > conflicts.length && conflicts.length > 0 ? [`  and ${formatCount(exact.conflicting - conflicts.length)} more`] : []),
  ];
}

function describeSizes({ sizes, sizeCount }: DatasetAudit): string {
  const shown = sizes.slice(0, mostSizes).map(({ width, height, count }) => `${width} x ${height} (${formatCount(count)})`);
  return shown.join(', ') + (sizeCount > shown.length ? `, and ${formatCount(sizeCount - shown.length)} more` : '');
}

function describeGroups({ groups, images, conflicting }: DatasetAudit['exact'], what: string): string {
  if (groups === 0) return 'none';
  return `${formatCount(groups)} ${groups === 1 ? 'group' : 'groups'} of ${formatCount(images)} images${conflicting === 0 ? '' : `, ${formatCount(conflicting)} of them ${what}`}`;
}

function describeOdd({ count, ids }: DatasetAudit['blank']): string {
  return `${formatCount(count)} (${ids.slice(0, mostIds).join(', ')}${count > Math.min(ids.length, mostIds) ? ', ...' : ''})`;
}

function describeProbe({ qwk, accuracy, majority, parts }: Probe): string {
  return `QWK ${qwk.toFixed(2)} by ${parts.map((part) => `${part.name} (${part.qwk.toFixed(2)})`).join(', ')}; accuracy ${formatPercent(accuracy)}, always the largest class ${formatPercent(majority)}`;
}

function describeMeaning(probe: Probe, { width, paint }: { width: number; paint: Paint }): string[] {
  const level = probeLevel(probe);
  const { title, meaning } = probeWords[level];
  return wrapText(`${title}. ${meaning}`, width).map((line) => (level === 'little' ? line : paint('yellow', line)));
}

function describeConflict({ images, imageCount }: DuplicateGroupWire): string {
  const shown = images.slice(0, mostIds).map(({ id, label }) => `${cleanText(id)} is ${label === null ? 'without a label' : cleanText(label)}`);
  return shown.join(', ') + (imageCount > shown.length ? `, and ${formatCount(imageCount - shown.length)} more` : '');
}
