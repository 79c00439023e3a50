/**
 * Reads parquet files column by column and row group by row group; memory holds the column that is read. The file may be
 * anybody's: sizes and counts are checked against each other before the decoder (hyparquet) believes them.
 */
import { AppError } from '@eyegazer/core';
import { parquetMetadata, parquetScan, type AsyncBuffer, type ColumnChunk, type ColumnMetaData, type FileMetaData, type RowGroup } from 'hyparquet';
import { readCompactStruct } from './compact-struct.js';
import { findLeaves, type LeafElements, type ParquetLeaf } from './parquet-leaves.js';
import { maxChunkBytes, unpackPages } from './unpack-pages.js';

/** A file opened for reading here and there. */
export interface ParquetBytes {
  readonly byteLength: number;
  /** Bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
}

export interface ParquetFile {
  readonly leaves: readonly ParquetLeaf[];
  /** Rows of each row group. */
  readonly groupRows: readonly number[];
  /** What the writer noted beside the columns, such as `huggingface`. */
  readonly keyValues: ReadonlyMap<string, string>;
  /**
   * The values of a leaf in one row group, null where there is none: numbers, bigints, strings, booleans or bytes.
   * @throws AppError BAD_FILE, TOO_LARGE for a row group of more than 1 GiB
   */
  readLeaf(leaf: ParquetLeaf, group: number): Promise<unknown[]>;
}

/** Footers list columns and row groups: a few hundred bytes each. */
const maxFooterBytes = 16 * 1024 * 1024;
const maxRows = 5_000_000;
const tailBytes = 8;

/** @param name what messages call the file @throws AppError BAD_FILE, TOO_LARGE */
export async function openParquet(bytes: ParquetBytes, name: string): Promise<ParquetFile> {
  const metadata = await readMetadata(bytes, name);
  const leaves = await explain(name, () => findLeaves(metadata.schema));
  const groupRows = metadata.row_groups.map(({ num_rows }) => Number(num_rows));
  const rowCount = groupRows.reduce((sum, rows) => sum + rows, 0);
  if (!groupRows.every((rows) => Number.isSafeInteger(rows) && rows >= 0)) throw badFile(name, 'a row group without a number of rows');
  if (rowCount > maxRows) throw new AppError('TOO_LARGE', `${name}: expected at most ${maxRows} rows, got ${rowCount}. Divide it into several files.`);

  async function readLeaf(leaf: ParquetLeaf, group: number): Promise<unknown[]> {
    const index = leaves.indexOf(leaf as LeafElements);
    const [found, rowGroup, rows] = [leaves[index], metadata.row_groups[group], groupRows[group] ?? 0];
    if (!found || !rowGroup) throw new AppError('INTERNAL', `${name}: expected a leaf and a row group of this file.`);
    if (rows === 0) return [];
    if (found.kind === 'other') throw badFile(name, `a column ${found.path.join('.')} of a type that cannot be read`);
    const place = `${name}, row group ${group}, column ${found.path.join('.')}`;
    const column = await explain(place, () => checkChunk(rowGroup.columns[index], found, bytes.byteLength));
    if (column.total_compressed_size > maxChunkBytes || column.total_uncompressed_size > maxChunkBytes) {
      throw new AppError('TOO_LARGE', `${place}: expected at most ${maxChunkBytes} bytes, got ${column.total_uncompressed_size}. Write the file with smaller row groups (row_group_size=100).`);
    }
    const start = Number(firstPage(column));
    const chunk = await bytes.read(start, start + Number(column.total_compressed_size));
    return explain(place, () => readValues(chunk, { leaf: found, column, rows }));
  }

  return { leaves, groupRows, keyValues: new Map((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ''])), readLeaf };
}

async function readMetadata(bytes: ParquetBytes, name: string): Promise<FileMetaData> {
  const { byteLength } = bytes;
  if (byteLength < tailBytes + 4) throw badFile(name, `a file of ${byteLength} bytes`);
  const tail = Buffer.from(await bytes.read(byteLength - tailBytes, byteLength));
  if (tail.toString('latin1', 4) !== 'PAR1') throw badFile(name, 'a file that does not end with PAR1');
  const footerBytes = tail.readUInt32LE(0);
  if (footerBytes > byteLength - tailBytes) throw badFile(name, `a footer of ${footerBytes} bytes in a file of ${byteLength}`);
  if (footerBytes > maxFooterBytes) throw new AppError('TOO_LARGE', `${name}: expected a footer of at most ${maxFooterBytes} bytes, got ${footerBytes}.`);
  const footer = await bytes.read(byteLength - tailBytes - footerBytes, byteLength);
  return explain(name, () => {
    readCompactStruct(footer, 0);
    return parquetMetadata(footer, { geoparquet: false });
  });
}

/** @throws RangeError */
function checkChunk(chunk: ColumnChunk | undefined, leaf: LeafElements, byteLength: number): ColumnMetaData {
  const column = chunk?.meta_data;
  if (chunk?.file_path || !column) throw new RangeError('a column in another file');
  if (column.path_in_schema.join('.') !== leaf.path.join('.') || column.type !== leaf.elements.at(-1)?.type) throw new RangeError('a column that is not what the schema says');
  const start = Number(firstPage(column));
  const length = Number(column.total_compressed_size);
  if (!(start >= 4 && length > 0 && start + length <= byteLength)) throw new RangeError(`bytes ${start} to ${start + length} of a file of ${byteLength}`);
  return column;
}

/** Decodes one column chunk as if the file had nothing else. */
async function readValues(chunk: Uint8Array, { leaf, column, rows }: { leaf: LeafElements; column: ColumnMetaData; rows: number }): Promise<unknown[]> {
  const nullableLevels = leaf.elements.filter(({ repetition_type }) => repetition_type !== 'REQUIRED').length;
  const { byteLength, unpacked } = unpackPages(chunk, { rows, type: column.type, codec: column.codec, nullableLevels });
  let taken = 0;
  const next = (): Uint8Array => unpacked[taken++] ?? new Uint8Array();
  const group: RowGroup = { columns: [{ file_offset: 0n, meta_data: { ...column, total_compressed_size: BigInt(byteLength) } }], total_byte_size: column.total_uncompressed_size, num_rows: BigInt(rows) };
  const metadata: FileMetaData = {
    version: 2,
    schema: [{ name: 'root', num_children: 1 }, ...leaf.elements.map((element) => (element.num_children ? { ...element, num_children: 1 } : element))],
    num_rows: BigInt(rows),
    row_groups: [group],
    metadata_length: 0,
  };
  const top = leaf.path[0] ?? '';
  const file = cutOf(chunk.subarray(0, byteLength), Number(firstPage(column)));
  const scan = await parquetScan({ file, metadata, columns: [top], compressors: { [column.codec]: next }, utf8: false, useOffsetIndex: false, parsers: { stringFromBytes: decodeString } });
  const values: unknown[] = Array.from(await scan.readColumn({ column: top, rowStart: 0, rowEnd: rows }));
  if (values.length !== rows) throw new RangeError(`${values.length} values for ${rows} rows`);
  return values.map((value) => leaf.path.slice(1).reduce<unknown>((inner, key) => (inner as Record<string, unknown> | null | undefined)?.[key], value) ?? null);
}

/** A file of which only these bytes are there, from an offset on. */
function cutOf(chunk: Uint8Array, offset: number): AsyncBuffer {
  const whole = (chunk.byteOffset === 0 && chunk.byteLength === chunk.buffer.byteLength ? chunk.buffer : new Uint8Array(chunk).buffer) as ArrayBuffer;
  const byteLength = offset + chunk.byteLength;
  return {
    byteLength,
    slice(start, end = byteLength) {
      if (start < offset || end > byteLength) throw new RangeError(`bytes ${start} to ${end} outside of the column`);
      return start === offset && end === byteLength ? whole : whole.slice(start - offset, end - offset);
    },
  };
}

/** Some writers say 0 where there is no dictionary. */
function firstPage({ dictionary_page_offset: dictionary, data_page_offset: data }: ColumnMetaData): bigint {
  return dictionary ? dictionary : data;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeString(bytes: Uint8Array | undefined): string | undefined {
  return bytes && decoder.decode(bytes);
}

/** What is wrong with the file's bytes shows as all kinds of errors in the decoder; each means that the file is not as it should be. */
async function explain<T>(place: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw badFile(place, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function badFile(place: string, found: string, cause?: unknown): AppError {
  return new AppError('BAD_FILE', `${place}: expected a parquet file that is whole, got ${found}.`, cause === undefined ? {} : { cause });
}
