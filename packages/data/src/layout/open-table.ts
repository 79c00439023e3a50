import { AppError } from '@eyegazer/core';
import { openParquet, readCsvRows, readJsonRows, type ParquetFile } from '@eyegazer/formats';
import type { DataSource } from '../source/data-source.js';
import { parseNotedClasses, type ClassNames } from './class-label.js';

export interface TableRow {
  /** Where it stands: `metadata.csv line 3`. */
  readonly place: string;
  readonly fields: ReadonlyMap<string, unknown>;
}

/** A table of a dataset: CSV, JSON Lines or parquet. */
export interface Table {
  readonly path: string;
  /** As the file itself names them. */
  readonly classNames: ClassNames;
  /** From front to back, once. @throws AppError BAD_FILE, TOO_LARGE */
  readonly rows: AsyncIterable<TableRow>;
  close(): Promise<void>;
}

export const tableEndings = ['.csv', '.jsonl', '.parquet'] as const;

const maxRows = 2_000_000;

/** @throws AppError BAD_FILE, TOO_LARGE */
export async function openTable(source: DataSource, path: string): Promise<Table> {
  if (!path.endsWith('.parquet')) {
    const rows = path.endsWith('.csv') ? readCsvRows(source.streamFile(path), { name: path }) : readJsonRows(source.streamFile(path), path);
    return { path, classNames: new Map(), rows: fromLines(rows, path), close: () => Promise.resolve() };
  }
  const handle = await source.openFile(path);
  try {
    const file = await openParquet(handle, path);
    return { path, classNames: parseNotedClasses(file.keyValues.get('huggingface')), rows: fromParquet(file, path), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function* fromLines(rows: AsyncIterable<{ line: number; fields: Readonly<Record<string, unknown>> }>, path: string): AsyncGenerator<TableRow, void, undefined> {
  let count = 0;
  for await (const { line, fields } of rows) {
    if (++count > maxRows) throw new AppError('TOO_LARGE', `${path}: expected at most ${maxRows} rows, got more. Import the dataset in parts.`);
    yield { place: `${path} line ${line}`, fields: new Map(Object.entries(fields)) };
  }
}

async function* fromParquet(file: ParquetFile, path: string): AsyncGenerator<TableRow, void, undefined> {
  const leaves = file.leaves.filter(({ path: names, kind }) => names.length === 1 && kind !== 'other' && kind !== 'bytes');
  const others = file.leaves.filter((leaf) => !leaves.includes(leaf)).map(({ path: [name = ''] }) => name);
  let row = 0;
  for (const [group, rowCount] of file.groupRows.entries()) {
    const columns: unknown[][] = [];
    for (const leaf of leaves) columns.push(await file.readLeaf(leaf, group));
    for (let i = 0; i < rowCount; i++) {
      const fields = new Map<string, unknown>(others.map((name) => [name, undefined]));
      for (const [column, leaf] of leaves.entries()) fields.set(leaf.path[0] ?? '', columns[column]?.[i]);
      yield { place: `${path} row ${++row}`, fields };
    }
  }
}
