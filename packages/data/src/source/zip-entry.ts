import { AppError } from '@eyegazer/core';
import type { Entry } from 'yauzl';
import type { TaggedFile } from './create-source.js';
import { describeUnsafePath } from './describe-unsafe-path.js';

/** A file in a zip archive as its directory says. The tag is the CRC-32 of the file. */
export interface ZipEntry extends TaggedFile {
  readonly tag: number;
  readonly isDeflated: boolean;
  readonly compressedBytes: number;
  /** Of the header in front of its bytes. */
  readonly headerOffset: number;
}

/** What deflate makes of a photograph, a table or a text is far from it; a bomb of zeros is at 1,000. */
const highestRatio = 200;
/** Of less, nothing bursts. */
const harmlessBytes = 1024 * 1024;

const fileTypeMask = 0o170000;
const regularFile = 0o100000;
const folder = 0o040000;
const link = 0o120000;

/** Whether so few bytes become so many that nobody packed them to save space. */
export function isBomb(bytes: number, compressedBytes: number): boolean {
  return bytes > harmlessBytes && bytes > highestRatio * compressedBytes;
}

/**
 * Checks what the directory says about one entry.
 * @param entry read with `decodeStrings: false`
 * @returns null for a folder
 * @throws AppError BAD_DATASET, UNSUPPORTED
 */
export function parseZipEntry(entry: Entry, { name, fileBytes }: { name: string; fileBytes: number }): ZipEntry | null {
  const path = decodeName(entry.fileNameRaw, name);
  const refuse = (why: string): never => {
    throw new AppError('BAD_DATASET', `${name}: ${shown(path)} is refused: ${why}.`);
  };
  const isFolder = path.endsWith('/');
  const unsafe = describeUnsafePath(isFolder ? path.slice(0, -1) : path);
  if (unsafe !== null) refuse(unsafe);
  const type = (entry.externalFileAttributes >>> 16) & fileTypeMask;
  if (type === link) refuse('it is a link. Pack the file itself');
  if (type !== 0 && type !== regularFile && type !== folder) refuse('it is neither a file nor a folder');
  if (entry.isEncrypted()) refuse('it is encrypted. Pack it without a password');
  const { uncompressedSize: byteLength, compressedSize: compressedBytes, relativeOffsetOfLocalHeader: headerOffset, compressionMethod } = entry;
  if (isFolder) {
    if (byteLength !== 0) refuse('it is a folder with bytes of its own');
    return null;
  }
  if (compressionMethod !== 0 && compressionMethod !== 8) {
    throw new AppError('UNSUPPORTED', `${name}: ${shown(path)} is refused: expected it stored or deflated, got compression method ${compressionMethod}. Pack it again, for example with zip -0.`);
  }
  if (headerOffset + entry.fileNameRaw.byteLength + compressedBytes > fileBytes) refuse(`its ${compressedBytes} bytes reach beyond the end of the archive. It may be cut short`);
  if (isBomb(byteLength, compressedBytes)) refuse(`its ${compressedBytes} bytes become ${byteLength}, more than ${highestRatio} times as many, as in an archive made to fill disks`);
  // Deflate adds a few bytes at worst. Whoever says else would make a reader of little read much.
  if (compressedBytes > 2 * byteLength + 1024) refuse(`its ${compressedBytes} bytes become only ${byteLength}`);
  return { path, byteLength, tag: entry.crc32, isDeflated: compressionMethod === 8, compressedBytes, headerOffset };
}

/** UTF-8 also where the archive does not say so: many programs write it and forget to. */
function decodeName(raw: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch (cause) {
    throw new AppError('BAD_DATASET', `${name}: the name ${shown(raw.toString('latin1'))} is refused: it is not UTF-8. Pack the archive again with a program that writes names in UTF-8.`, { cause });
  }
}

/** A name of an archive may be anything; JSON shows what it is. */
export function shown(path: string): string {
  const text = path.length > 200 ? `${path.slice(0, 200)}...` : path;
  return /^[\w./ ()+,@-]+$/.test(text) ? text : JSON.stringify(text);
}
