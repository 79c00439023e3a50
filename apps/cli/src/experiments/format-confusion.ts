import { formatCount, formatPercent } from '@eyegazer/client';
import type { EventData } from '@eyegazer/core';
import type { Paint } from '../output/paint.js';
import { formatTable, type Cell } from '../output/table.js';

/** The confusion matrix: a row per true class, with what was answered, and how much of it was right. */
export function formatConfusion({ classNames, confusion, recall, precision }: EventData<'evaluation'>, { width, paint }: { width: number | null; paint: Paint }): string[] {
  const share = (value: number | null | undefined): string => (value === null || value === undefined ? '-' : formatPercent(value));
  const rows = confusion.map((counts, truth): Cell[] => [
    classNames[truth] ?? String(truth),
    ...counts.map((count, answer): Cell => (count === 0 ? { text: '.', style: 'dim' } : answer === truth ? { text: formatCount(count), style: 'green' } : formatCount(count))),
    share(recall[truth]),
  ]);
  return formatTable({
    columns: [{ title: 'TRUTH \\ ANSWER', shrinkTo: 14 }, ...classNames.map((title) => ({ title, align: 'right', shrinkTo: 5 }) as const), { title: 'RECALL', align: 'right' }],
    rows: [...rows, [{ text: 'precision', style: 'dim' }, ...classNames.map((_, k): Cell => ({ text: share(precision[k]), style: 'dim' })), '']],
    width,
    paint,
  });
}
