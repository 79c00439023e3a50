import { formatCount } from '@eyegazer/client';
import { splitNames, type SplitName } from '@eyegazer/core';
import type { Paint } from '../output/paint.js';
import { formatTable, type Cell } from '../output/table.js';

/** Images by class and split, and all of each class; the images without a label are no class. */
export function formatCounts({ classNames, counts }: { classNames: readonly string[]; counts: Partial<Record<SplitName, readonly number[]>> }, { width, paint }: { width: number | null; paint: Paint }): string[] {
  const used = splitNames.filter((split) => split !== 'predict' && (counts[split] ?? []).length > 0);
  const countOf = (split: SplitName, k: number): number => counts[split]?.[k] ?? 0;
  const rows = classNames.map((className, k): Cell[] => [className, ...used.map((split) => formatCount(countOf(split, k))), formatCount(used.reduce((sum, split) => sum + countOf(split, k), 0))]);
  return formatTable({ columns: [{ title: 'CLASS', shrinkTo: 8 }, ...used.map((split) => ({ title: split === 'eval' ? 'HELD OUT' : split.toUpperCase(), align: 'right' }) as const), { title: 'TOTAL', align: 'right' }], rows, width, paint });
}

export function sumCounts(counts: readonly number[] | undefined): number {
  return (counts ?? []).reduce((sum, count) => sum + count, 0);
}
