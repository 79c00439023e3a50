import type { Columns, ImportProblem, SplitName } from '@eyegazer/core';
import { missingColumn } from './choose-column.js';
import { parseSplit } from './split-names.js';
import type { TableRow } from './open-table.js';

/** What a row says beside its image and its label. */
export interface RowFacts {
  readonly group: string | null;
  readonly split: SplitName | null;
}

/** Reads the columns of group and split that a request names, and lists those that nothing reads. */
export interface RowReader {
  read(row: TableRow): RowFacts;
}

export interface RowReaderOptions {
  readonly path: string;
  readonly columns: Columns;
  /** Columns that are read elsewhere. */
  readonly used: readonly string[];
  /** Whether the columns named must be there; tables of images to predict may lack them. */
  readonly mustHave: boolean;
  readonly problems: ImportProblem[];
}

/** Its `read` throws AppError BAD_DATASET where a column that is named is not there. */
export function createRowReader({ path, columns, used, mustHave, problems }: RowReaderOptions): RowReader {
  const known = new Set([...used, columns.group, columns.split]);
  return {
    read({ place, fields }) {
      for (const key of ['group', 'split'] as const) {
        const wanted = columns[key];
        if (mustHave && wanted !== undefined && !fields.has(wanted)) throw missingColumn({ key: `columns.${key}`, wanted, place: path, columns: [...fields.keys()] });
      }
      for (const name of fields.keys()) {
        if (known.has(name)) continue;
        known.add(name);
        problems.push({ kind: 'unknown-column', name, message: `${path}: the column ${name} is not used. Name it as columns.label, columns.group or columns.split if it should be.` });
      }
      const group = columns.group === undefined ? null : textOf(fields.get(columns.group));
      const named = columns.split === undefined ? null : textOf(fields.get(columns.split));
      const split = named === null ? null : parseSplit(named);
      if (named !== null && split === null) {
        problems.push({ kind: 'bad-split', name: place, message: `${place}: expected train, validation or test in the column ${columns.split}, got ${JSON.stringify(named.slice(0, 40))}. The image is taken without it.` });
      }
      return { group, split };
    },
  };
}

/** A table's value as text; null where there is none. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim();
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : null;
}
