/**
 * Walks the pages of a column chunk and unpacks them: what headers and runs promise must fit together before the decoder sees it.
 * https://parquet.apache.org/docs/file-format/data-pages/
 */
import type { CompressionCodec, ParquetType } from 'hyparquet';
import { readCompactStruct, type CompactStruct } from './compact-struct.js';
import { decompressors } from './decompress.js';
import { countInRuns } from './read-runs.js';

/** Bytes of a column of one row group, as they lie in the file and unpacked: it is held in memory as a whole. */
export const maxChunkBytes = 1024 * 1024 * 1024;

const pageTypes = { data: 0, dictionary: 2, dataV2: 3 } as const;
/** Hardly anybody writes one; of millions, each would take memory. */
const mostEmptyPages = 1000;
/** Of a number, or of a text's length. */
const leastEntryBytes = 4;
const encodings = { plain: 0, plainDictionary: 2, runs: 3, runDictionary: 8 } as const;

export interface ChunkShape {
  readonly rows: number;
  readonly type: ParquetType;
  readonly codec: CompressionCodec;
  /** How many of the schema's levels above a value may be null. */
  readonly nullableLevels: number;
}

export interface UnpackedPages {
  /** Bytes of the chunk that its pages take. */
  readonly byteLength: number;
  /** What was compressed, in the order in which the decoder asks for it. */
  readonly unpacked: Uint8Array[];
}

/** @throws RangeError saying what does not fit, and what decompressors throw */
export function unpackPages(chunk: Uint8Array, { rows, type: valueType, codec, nullableLevels }: ChunkShape): UnpackedPages {
  const unpacked: Uint8Array[] = [];
  const levelWidth = 32 - Math.clz32(nullableLevels);
  let [at, values, total, pages] = [0, 0, 0, 0];

  function unpack(packed: Uint8Array, byteLength: number): Uint8Array {
    total += byteLength;
    if (total > maxChunkBytes) throw new RangeError(`pages of more than ${maxChunkBytes} bytes`);
    if (codec === 'UNCOMPRESSED') return packed;
    const decompress = decompressors[codec];
    if (!decompress) throw new RangeError(`pages compressed by ${codec}`);
    const page = inOwnBuffer(decompress(packed, byteLength));
    if (page.byteLength !== byteLength) throw new RangeError(`a page of ${page.byteLength} bytes instead of ${byteLength}`);
    unpacked.push(page);
    return page;
  }

  /** Values behind the levels; those in runs are walked, the others end where the page does. */
  function checkValues(page: Uint8Array, { start, count, encoding }: { start: number; count: number; encoding: number }): void {
    const end = page.byteLength;
    switch (encoding) {
      case encodings.plain:
        return;
      case encodings.plainDictionary:
      case encodings.runDictionary:
        // The decoder takes it for runs without a dictionary, which begin elsewhere.
        if (valueType === 'BOOLEAN') throw new RangeError('a dictionary of yes and no');
        if (count > 0) countInRuns({ bytes: page, start: start + 1, end, width: page[start] ?? 0, count }, 0);
        return;
      case encodings.runs:
        // And these for ids of a dictionary.
        if (valueType !== 'BOOLEAN') throw new RangeError(`runs of values of the type ${valueType}`);
        countInRuns({ bytes: page, start: start + 4, end, width: 1, count }, 0);
        return;
      default:
        throw new RangeError(`values in the encoding ${encoding}, which is not read (write the file without delta encodings)`);
    }
  }

  function checkData(packed: Uint8Array, header: CompactStruct, byteLength: number): void {
    const count = readCount(header, 1);
    values += count;
    if (values > rows) throw new RangeError(`more values than ${rows} rows`);
    const page = unpack(packed, byteLength);
    if (nullableLevels === 0) return checkValues(page, { start: 0, count, encoding: readCount(header, 2) });
    if (readCount(header, 3) !== encodings.runs) throw new RangeError('levels in an old encoding');
    const levels = new DataView(page.buffer, page.byteOffset, page.byteLength).getUint32(0, true);
    const start = 4 + levels;
    if (start > page.byteLength) throw new RangeError(`levels of ${levels} bytes in a page of ${page.byteLength}`);
    const present = countInRuns({ bytes: page, start: 4, end: start, width: levelWidth, count }, nullableLevels);
    return checkValues(page, { start, count: present, encoding: readCount(header, 2) });
  }

  function checkDataV2(packed: Uint8Array, header: CompactStruct, byteLength: number): void {
    const [count, nulls, levels] = [readCount(header, 1), readCount(header, 2), readCount(header, 5)];
    values += count;
    if (values > rows || nulls > count || readCount(header, 3) !== count || readCount(header, 6) !== 0) throw new RangeError('a page whose counts do not fit');
    if (levels > packed.byteLength) throw new RangeError(`levels of ${levels} bytes in a page of ${packed.byteLength}`);
    const present = nullableLevels === 0 ? count : countInRuns({ bytes: packed, start: 0, end: levels, width: levelWidth, count }, nullableLevels);
    if (present !== count - nulls) throw new RangeError(`${present} values where ${count - nulls} are promised`);
    const rest = packed.subarray(levels);
    const page = header.get(7) === false ? rest : unpack(rest, byteLength - levels);
    checkValues(page, { start: 0, count: present, encoding: readCount(header, 4) });
  }

  while (values < rows && at < chunk.byteLength) {
    if (++pages > rows + mostEmptyPages) throw new RangeError(`more than ${rows + mostEmptyPages} pages for ${rows} rows`);
    const { fields, end } = readCompactStruct(chunk, at);
    const [type, unpackedBytes, packedBytes] = [readCount(fields, 1), readCount(fields, 2), readCount(fields, 3)];
    if (packedBytes > chunk.byteLength - end) throw new RangeError(`a page of ${packedBytes} bytes where ${chunk.byteLength - end} are left`);
    const packed = chunk.subarray(end, end + packedBytes);
    if (type === pageTypes.data) checkData(packed, readStruct(fields, 5), unpackedBytes);
    else if (type === pageTypes.dataV2) checkDataV2(packed, readStruct(fields, 8), unpackedBytes);
    else if (type === pageTypes.dictionary && at === 0) {
      // It may hold more values than there are rows: all the categories of a column, whether a row has them or not.
      const entries = readCount(readStruct(fields, 7), 1);
      const page = unpack(packed, unpackedBytes);
      if (entries * leastEntryBytes > page.byteLength) throw new RangeError(`a dictionary of ${entries} values in ${page.byteLength} bytes`);
    } else throw new RangeError(`a page of the type ${type}`);
    at = end + packedBytes;
  }
  if (values !== rows) throw new RangeError(`${values} values for ${rows} rows`);
  return { byteLength: at, unpacked };
}

/** The decoder looks for texts in all of the buffer that a page lies in: lengths that reach beyond the page must find nothing there. */
function inOwnBuffer(page: Uint8Array): Uint8Array {
  return page.byteLength === page.buffer.byteLength ? page : new Uint8Array(page);
}

function readStruct(fields: CompactStruct, id: number): CompactStruct {
  const value = fields.get(id);
  if (!(value instanceof Map)) throw new RangeError(`a page header without its field ${id}`);
  return value;
}

function readCount(fields: CompactStruct, id: number): number {
  const value = fields.get(id);
  if (typeof value !== 'number' || value < 0) throw new RangeError(`a page header without its field ${id}`);
  return value;
}
