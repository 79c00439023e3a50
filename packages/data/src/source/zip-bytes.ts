/** The bytes of one entry of a zip archive, inflated and checked against what the directory says. */
import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, crc32, createInflateRaw, inflateRaw, inflateRawSync } from 'node:zlib';
import { AppError } from '@eyegazer/core';
import { readAt, streamAt } from './read-at.js';
import type { ZipEntry } from './zip-entry.js';

const inflate = promisify(inflateRaw);
const headerBytes = 30;
const headerSignature = 0x04034b50;

/** Where an entry's bytes begin. @throws AppError BAD_FILE */
export async function findData(file: FileHandle, entry: ZipEntry): Promise<number> {
  const { path: name, headerOffset } = entry;
  const header = await readAt(file, { start: headerOffset, end: headerOffset + headerBytes, name });
  if (header.readUInt32LE(0) !== headerSignature) throw corrupt(entry, 'its header is damaged');
  return headerOffset + headerBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
}

/** The first bytes of an entry: `length` of them at most as they lie in the archive, whatever they become. @throws AppError BAD_FILE */
export async function readHead(file: FileHandle, entry: ZipEntry, length: number): Promise<Buffer> {
  const start = await findData(file, entry);
  const raw = await readAt(file, { start, end: start + Math.min(length, entry.compressedBytes), name: entry.path });
  if (!entry.isDeflated) return raw;
  try {
    return inflateRawSync(raw, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw corrupt(entry, reasonOf(error));
  }
}

/** All bytes at once. @throws AppError BAD_FILE */
export async function readEntry(file: FileHandle, entry: ZipEntry): Promise<Buffer> {
  const start = await findData(file, entry);
  const raw = await readAt(file, { start, end: start + entry.compressedBytes, name: entry.path });
  const bytes = entry.isDeflated
    ? await inflate(raw, { maxOutputLength: Math.max(1, entry.byteLength) }).catch((error: unknown) => {
        throw corrupt(entry, reasonOf(error));
      })
    : raw;
  assertWhole(entry, { byteLength: bytes.byteLength, crc: crc32(bytes) });
  return bytes;
}

/** The same in pieces; that they were right is known at the end. @throws AppError BAD_FILE */
export async function* streamEntry(file: FileHandle, entry: ZipEntry): AsyncGenerator<Buffer> {
  const start = await findData(file, entry);
  const raw = streamAt(file, { start, end: start + entry.compressedBytes, name: entry.path });
  let byteLength = 0;
  let crc = 0;
  try {
    for await (const bytes of entry.isDeflated ? inflated(raw) : raw) {
      byteLength += bytes.byteLength;
      if (byteLength > entry.byteLength) break;
      crc = crc32(bytes, crc);
      yield bytes;
    }
  } catch (error) {
    throw error instanceof AppError ? error : corrupt(entry, reasonOf(error));
  }
  assertWhole(entry, { byteLength, crc });
}

function inflated(raw: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  // Whoever reads from the last stream gets the errors of all.
  return pipeline(Readable.from(raw), createInflateRaw(), () => undefined) as AsyncIterable<Buffer>;
}

function assertWhole(entry: ZipEntry, { byteLength, crc }: { byteLength: number; crc: number }): void {
  if (byteLength !== entry.byteLength) throw corrupt(entry, `it has ${byteLength > entry.byteLength ? 'more' : 'fewer'} bytes than the ${entry.byteLength} that the directory says`);
  if (crc !== entry.tag) throw corrupt(entry, 'its checksum (CRC-32) is another than the directory says');
}

function corrupt({ path }: ZipEntry, why: string): AppError {
  return new AppError('BAD_FILE', `${path} is damaged in the archive: ${why}. Copy or upload the archive again.`);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
