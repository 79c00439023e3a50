/**
 * One file by its sha256: bytes go to a part file beside the target, which takes its name only when its hash is right. A
 * part that is there already, from a pull that was interrupted, is gone on with.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@eyegazer/core';
import { hashFile } from './hash-file.js';

export interface DownloadOptions {
  /** What it is called, for messages. */
  name: string;
  target: string;
  sha256: string;
  byteLength: number;
  /** Asks for the bytes from `start` on. */
  open: (start: number) => Promise<Response>;
  /** Bytes of the file that are here. */
  onBytes: (bytes: number) => void;
  signal: AbortSignal;
}

/** Tries in a row that bring not one byte. */
const patience = 5;
const pauseMs = 400;

/**
 * @returns `kept` for a file that was there already
 * @throws AppError CONFLICT for another file in its place, CORRUPT_ARTIFACT when the bytes that come are not the right ones
 */
export async function downloadFile(options: DownloadOptions): Promise<'fetched' | 'kept'> {
  const { name, target, sha256, byteLength } = options;
  if ((await sizeOf(target)) !== null) {
    if ((await hashFile(target)) !== sha256) throw new AppError('CONFLICT', `${target} is there already and is another file. Pull into another folder, or move it away.`);
    options.onBytes(byteLength);
    return 'kept';
  }
  const part = `${target}.${sha256.slice(0, 16)}.part`;
  await mkdir(dirname(target), { recursive: true });
  const resumedFrom = await fillPart(part, options);
  if ((await hashFile(part)) !== sha256) {
    await rm(part);
    // The beginning may be what is wrong, from a disk that was full or a machine that was switched off.
    if (resumedFrom > 0) return downloadFile(options);
    throw new AppError('CORRUPT_ARTIFACT', `${name} came with a wrong checksum and was thrown away. What the server stores, or what lies between, changes it.`);
  }
  await rename(part, target);
  return 'fetched';
}

/** Fetches until the part has all bytes. @returns how many it had before */
async function fillPart(part: string, options: DownloadOptions): Promise<number> {
  const { name, byteLength, signal } = options;
  const before = (await sizeOf(part)) ?? 0;
  for (let failures = 0; ; ) {
    const size = (await sizeOf(part)) ?? 0;
    if (size === byteLength && (size > 0 || failures > 0)) return before;
    try {
      await fetchRest(part, size < byteLength ? size : 0, options);
      if (((await sizeOf(part)) ?? 0) >= byteLength) return before;
      throw new AppError('UNAVAILABLE', `${name} ended early.`);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof AppError && error.code === 'CORRUPT_ARTIFACT') await rm(part, { force: true });
      if (error instanceof AppError && !error.retryable) throw error;
      failures = ((await sizeOf(part)) ?? 0) > size ? 1 : failures + 1;
      if (failures >= patience) throw error instanceof AppError ? error : new AppError('UNAVAILABLE', `The download of ${name} was cut again and again. Run the same command again: it goes on where it ended.`, { cause: error });
      await sleep(pauseMs * 2 ** (failures - 1), undefined, { signal });
    }
  }
}

async function fetchRest(part: string, start: number, { name, byteLength, open, onBytes, signal }: DownloadOptions): Promise<void> {
  const response = await open(start);
  // A server that knows no ranges sends all of it.
  const from = response.status === 206 ? start : 0;
  let size = from;
  onBytes(size);
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > byteLength) return done(new AppError('CORRUPT_ARTIFACT', `${name} is longer than the server says (${byteLength} bytes).`));
      onBytes(size);
      done(null, chunk);
    },
  });
  const body = response.body ? Readable.fromWeb(response.body) : Readable.from([]);
  await pipeline(body, count, createWriteStream(part, { flags: from > 0 ? 'a' : 'w' }), { signal });
}

async function sizeOf(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.size ?? null;
}
