import { pipeline, Readable } from 'node:stream';
import { AppError } from '@eyegazer/core';
import { CsvError, parse } from 'csv-parse';
import { decodeUtf8 } from '../text/decode-utf8.js';

/** One row of a CSV file by column name; `line` is where it ends in the file, counted from 1. */
export interface CsvRow {
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** Longest row, in characters: without a bound, a file that has no line ends would fill the memory. */
const maxRowLength = 1024 * 1024;

/**
 * Streams the rows of a CSV file with a header line. Reads what spreadsheets write: a BOM, CRLF, quotes; empty lines are
 * skipped. `name` is what messages call the file; `onColumns` gets the header line's columns in their order, before any row.
 * @throws AppError BAD_FILE naming the file and the line: double columns, a row too short or too long, an open quote, a row of more than a million characters, text that is not UTF-8; and what the bytes' source throws
 */
export async function* readCsvRows(
  bytes: AsyncIterable<Uint8Array>,
  { name, onColumns }: { name: string; onColumns?: (columns: readonly string[]) => void },
): AsyncGenerator<CsvRow, void, undefined> {
  let columns: readonly string[] | undefined;
  const parser = parse({
    bom: true,
    info: true,
    skip_empty_lines: true,
    max_record_size: maxRowLength,
    columns: (header: string[]) => {
      columns = header.map((column) => column.trim());
      checkColumns(name, columns);
      onColumns?.(columns);
      return [...columns];
    },
  });
  // pipeline passes a read error on to the parser, and destroys both when the caller stops early
  pipeline(Readable.from(decodeUtf8(bytes, name)), parser, () => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: Record<string, string>; info: { lines: number } }>) {
      yield { line: info.lines, fields: record };
    }
  } catch (cause) {
    throw describeError(name, cause);
  }
  if (columns === undefined) throw new AppError('BAD_FILE', `${name}: expected a header line with column names, got an empty file.`);
}

function checkColumns(path: string, columns: readonly string[]): void {
  const names = new Set<string>();
  for (const name of columns) {
    if (names.has(name)) throw new AppError('BAD_FILE', `${path}: expected each column once, got "${name}" twice.`);
    names.add(name);
  }
}

function describeError(path: string, cause: unknown): unknown {
  if (cause instanceof AppError || !(cause instanceof Error)) return cause;
  if (cause instanceof CsvError) {
    const { lines } = cause as { lines?: number };
    const place = lines === undefined ? path : `${path}, line ${lines}`;
    return new AppError('BAD_FILE', `${place}: expected CSV, got "${cause.message}". Save the file as comma-separated UTF-8.`, { cause });
  }
  return new AppError('BAD_FILE', `${path}: expected a readable CSV file, got "${cause.message}".`, { cause });
}
