/**
 * Counts what lies in a run-length and bit-packed section of a page. The decoder believes the lengths of runs, and one byte too
 * many there makes an array of a billion values; so runs are walked first.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */

/** Writers fill the last run up to a multiple of eight values. */
const padding = 64;

export interface Section {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Bits of a value. */
  readonly width: number;
  /** Values that are to be there. */
  readonly count: number;
}

/**
 * @returns how many of the values equal the one given
 * @throws RangeError when a run is longer than what is left of the values or the bytes
 */
export function countInRuns({ bytes, start, end, width, count }: Section, wanted: number): number {
  if (width > 32) throw new RangeError(`values of ${width} bits`);
  let [at, left, found] = [start, count, 0];

  function readByte(): number {
    if (at >= end) throw new RangeError('runs that end early');
    return bytes[at++] ?? 0;
  }

  while (left > 0) {
    let [head, factor] = [0, 1];
    for (let byte = 0x80; (byte & 0x80) !== 0; factor *= 128) {
      // Five bytes hold 32 bits. With zeros without end the factor becomes infinite, and the head no number that anything compares with.
      if (factor > 2 ** 28) throw new RangeError('a run without end');
      byte = readByte();
      head += (byte & 0x7f) * factor;
      if (head > 0xffff_ffff) throw new RangeError('a run without end');
    }
    const isPacked = head % 2 === 1;
    const length = Math.floor(head / 2) * (isPacked ? 8 : 1);
    if (length > left + padding) throw new RangeError(`a run of ${length} values where ${left} are left`);
    const used = Math.min(length, left);
    if (isPacked) {
      found += countPacked({ bytes, start: at, end, width, count: used }, wanted);
      at += Math.ceil((length * width) / 8);
    } else {
      let value = 0;
      for (let i = 0; i < Math.ceil(width / 8); i++) value += readByte() * 256 ** i;
      if (value === wanted) found += used;
    }
    left -= used;
  }
  return found;
}

function countPacked({ bytes, start, end, width, count }: Section, wanted: number): number {
  if (start + Math.ceil((count * width) / 8) > end) throw new RangeError('packed values that end early');
  if (width > 8) return 0; // levels, which are counted, have few bits
  let found = 0;
  for (let i = 0; i < count; i++) {
    const bit = i * width;
    const at = start + (bit >> 3);
    const pair = (bytes[at] ?? 0) | ((at + 1 < end ? (bytes[at + 1] ?? 0) : 0) << 8);
    if (((pair >> (bit & 7)) & ((1 << width) - 1)) === wanted) found++;
  }
  return found;
}
