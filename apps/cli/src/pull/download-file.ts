/**
 * One file by its sha256: bytes go to a part file beside the target, which takes its name only when its hash is right. A
 * part that is there already, from a pull that was interrupted, is gone on with.
 */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
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

async function fetchRest(part: string, start: number, { name, byteLength, open: request, onBytes, signal }: DownloadOptions): Promise<void> {
  const response = await request(start);
  // A server that knows no ranges sends all of it.
  let size = response.status === 206 ? start : 0;
  onBytes(size);
  const file = await open(part, size > 0 ? 'a' : 'w');
  try {
    // Each piece is on its way to the disk before the next is asked for: what came before a cut is there afterwards.
    for await (const chunk of response.body ?? []) {
      signal.throwIfAborted();
      size += chunk.length;
      if (size > byteLength) throw new AppError('CORRUPT_ARTIFACT', `${name} is longer than the server says (${byteLength} bytes).`);
      await file.writeFile(chunk);
      onBytes(size);
    }
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.size ?? null;
}
