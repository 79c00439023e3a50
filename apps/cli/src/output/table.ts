/** Tables that fit the terminal: columns that may shrink share what is missing, the widest first. */
import { cleanText } from './clean-text.js';
import { displayWidth, truncateText } from './display-width.js';
import type { Paint, Style } from './paint.js';

export interface Column {
  title: string;
  align?: 'left' | 'right';
  /** Narrowest width in columns that still says something; a column without it never shrinks. */
  shrinkTo?: number;
  /** Left out where there is no room; the highest first. */
  optional?: number;
}

/** A text, or one with a style. */
export type Cell = string | { text: string; style: Style };

export interface TableOptions {
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  /** Columns of the terminal; null for as wide as it gets, where nobody looks. */
  width: number | null;
  paint: Paint;
}

type Content = Pick<TableOptions, 'columns' | 'rows'>;

const gap = 2;

/** The lines of a table, header first. A column without a single entry is left out. */
export function formatTable({ width, paint, ...all }: TableOptions): string[] {
  const isEmpty = (i: number): boolean => all.rows.every((row) => textOf(row[i] ?? '') === '');
  const filled = all.columns.reduceRight((table: Content, _, i) => (isEmpty(i) ? withoutColumn(table, i) : table), all);
  const { columns, rows } = width === null ? filled : leaveOut(filled, width);
  const texts = rows.map((row) => columns.map((_, i) => cleanText(textOf(row[i] ?? ''))));
  const widths = naturalWidths(columns, texts);
  if (width !== null) shrink(widths, columns, width - gap * (columns.length - 1));
  const format = (row: readonly string[], styles: readonly (Style | null)[]): string =>
    row.map((text, i) => formatCell(text, { width: widths[i] ?? 0, align: columns[i]?.align ?? 'left', style: styles[i] ?? null, paint })).join(' '.repeat(gap)).trimEnd();
  return [
    format(columns.map(({ title }) => title), columns.map(() => 'dim')),
    ...texts.map((row, r) => format(row, (rows[r] ?? []).map(styleOf))),
  ];
}

function formatCell(text: string, { width, align, style, paint }: { width: number; align: 'left' | 'right'; style: Style | null; paint: Paint }): string {
  const shown = truncateText(text, width);
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(shown)));
  const painted = style === null || shown === '' ? shown : paint(style, shown);
  return align === 'right' ? spaces + painted : painted + spaces;
}

function naturalWidths(columns: readonly Column[], texts: readonly (readonly string[])[]): number[] {
  return columns.map(({ title }, i) => Math.max(displayWidth(title), ...texts.map((row) => displayWidth(row[i] ?? ''))));
}

/** The table without the optional columns that do not fit even when every other one is as narrow as it gets. */
function leaveOut({ columns, rows }: Content, width: number): Content {
  const widths = naturalWidths(columns, rows.map((row) => row.map((cell) => cleanText(textOf(cell)))));
  const least = columns.map(({ shrinkTo, title }, i) => Math.min(widths[i] ?? 0, Math.max(shrinkTo ?? Infinity, displayWidth(title))));
  const rank = Math.max(...columns.map(({ optional }) => optional ?? 0));
  if (rank === 0 || least.reduce((sum, part) => sum + part, gap * (columns.length - 1)) <= width) return { columns, rows };
  return leaveOut(withoutColumn({ columns, rows }, columns.findIndex(({ optional }) => optional === rank)), width);
}

function withoutColumn({ columns, rows }: Content, out: number): Content {
  const without = <T>(list: readonly T[]): T[] => list.filter((_, i) => i !== out);
  return { columns: without(columns), rows: rows.map(without) };
}

function shrink(widths: number[], columns: readonly Column[], room: number): void {
  let over = widths.reduce((sum, width) => sum + width, 0) - room;
  while (over > 0) {
    const candidates = widths.flatMap((width, i) => (width > Math.max(columns[i]?.shrinkTo ?? Infinity, 1) ? [i] : []));
    const widest = candidates.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    if (widest === undefined) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function styleOf(cell: Cell): Style | null {
  return typeof cell === 'string' ? null : cell.style;
}
