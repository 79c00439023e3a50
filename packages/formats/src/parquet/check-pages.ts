import { readCompactStruct, type CompactStruct } from './compact-struct.js';

/** Bytes of a column of one row group, as they lie in the file and unpacked: it is held in memory as a whole. */
export const maxChunkBytes = 1024 * 1024 * 1024;

const pageTypes = { data: 0, dictionary: 2, dataV2: 3 };

/**
 * Walks the page headers of a column chunk: what they promise must fit together before anything is allocated for it.
 * @throws RangeError saying what does not
 */
export function checkPages(chunk: Uint8Array, rowCount: number): void {
  let [at, values, unpackedBytes] = [0, 0, 0];
  while (at < chunk.byteLength && values < rowCount) {
    const { fields, end } = readCompactStruct(chunk, at);
    const type = readCount(fields, 1);
    const unpacked = readCount(fields, 2);
    const packed = readCount(fields, 3);
    if (packed > chunk.byteLength - end) throw new RangeError(`a page of ${packed} bytes where ${chunk.byteLength - end} are left`);
    unpackedBytes += unpacked;
    if (unpackedBytes > maxChunkBytes) throw new RangeError(`pages of more than ${maxChunkBytes} bytes`);
    if (type === pageTypes.dictionary) {
      const entries = readCount(readStruct(fields, 7), 1);
      if (entries > rowCount) throw new RangeError(`a dictionary of ${entries} values for ${rowCount} rows`);
    } else {
      const header = readStruct(fields, type === pageTypes.dataV2 ? 8 : 5);
      values += readCount(header, 1);
      if (type === pageTypes.dataV2 && readCount(header, 2) > readCount(header, 1)) throw new RangeError('a page with more nulls than values');
    }
    at = end + packed;
  }
  if (values !== rowCount) throw new RangeError(`${values} values for ${rowCount} rows`);
}

function readStruct(fields: CompactStruct, id: number): CompactStruct {
  const value = fields.get(id);
  if (!(value instanceof Map)) throw new RangeError('a page header without its part');
  return value;
}

function readCount(fields: CompactStruct, id: number): number {
  const value = fields.get(id);
  if (typeof value !== 'number' || value < 0) throw new RangeError(`a page header without its field ${id}`);
  return value;
}
