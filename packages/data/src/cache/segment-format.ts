/**
 * A segment: a file of prepared images, written once, whole or not there. The pixels of one image after the other, then an index
 * entry for each, then a footer:
 *
 * - entry, 52 bytes: sha256 of the encoded image (32), where its pixels begin (8), width (4), height (4), CRC-32 of its pixels (4)
 * - footer, 24 bytes: where the index begins (8), number of entries (4), CRC-32 of the index (4), `EYGPIX01`
 *
 * Numbers are little-endian. The index is checked when a segment is opened, pixels each time they are read.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

export const entryBytes = 52;
export const footerBytes = 24;
const magic = Buffer.from('EYGPIX01', 'latin1');

export interface SegmentEntry {
  /** Of the encoded image, in hexadecimal. */
  readonly sha256: string;
  readonly byteOffset: number;
  readonly width: number;
  readonly height: number;
  /** CRC-32 of the pixels. */
  readonly checksum: number;
}

/** Index and footer of a segment, as bytes that follow its pixels. */
export function encodeIndex(entries: readonly SegmentEntry[], indexOffset: number): Buffer {
  const bytes = Buffer.alloc(entries.length * entryBytes + footerBytes);
  entries.forEach(({ sha256, byteOffset, width, height, checksum }, i) => {
    const at = i * entryBytes;
    bytes.write(sha256, at, 'hex');
    bytes.writeBigUInt64LE(BigInt(byteOffset), at + 32);
    bytes.writeUInt32LE(width, at + 40);
    bytes.writeUInt32LE(height, at + 44);
    bytes.writeUInt32LE(checksum, at + 48);
  });
  const at = entries.length * entryBytes;
  bytes.writeBigUInt64LE(BigInt(indexOffset), at);
  bytes.writeUInt32LE(entries.length, at + 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, at)), at + 12);
  magic.copy(bytes, at + 16);
  return bytes;
}

/** The entries of a segment; null when the file is missing, or not a whole segment. */
export function readSegmentIndex(path: string): SegmentEntry[] | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const { size } = fstatSync(file);
    const footer = readExactly(file, size - footerBytes, footerBytes);
    if (!footer || !footer.subarray(16).equals(magic)) return null;
    const indexOffset = Number(footer.readBigUInt64LE(0));
    const count = footer.readUInt32LE(8);
    if (indexOffset + count * entryBytes + footerBytes !== size) return null;
    const index = readExactly(file, indexOffset, count * entryBytes);
    if (!index || crc32(index) !== footer.readUInt32LE(12)) return null;
    return Array.from({ length: count }, (_, i) => decodeEntry(index, i * entryBytes));
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

function decodeEntry(index: Buffer, at: number): SegmentEntry {
  return {
    sha256: index.toString('hex', at, at + 32),
    byteOffset: Number(index.readBigUInt64LE(at + 32)),
    width: index.readUInt32LE(at + 40),
    height: index.readUInt32LE(at + 44),
    checksum: index.readUInt32LE(at + 48),
  };
}

function readExactly(file: number, offset: number, byteLength: number): Buffer | null {
  if (offset < 0) return null;
  const bytes = Buffer.alloc(byteLength);
  return readSync(file, bytes, 0, byteLength, offset) === byteLength ? bytes : null;
}
