/**
 * Fetches one file in one piece, however often the connection breaks. What is here already, also from before a restart, is
 * hashed and not fetched again; the whole must hash to what the other side says.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@eyegazer/core';
import { describeDiskError } from '../artifacts/disk-errors.js';
import type { RemoteFile, RemoteFolder } from './remote-folder.js';

export interface DownloadOptions {
  folder: RemoteFolder;
  file: RemoteFile;
  /** Where it is written; bytes of an earlier try are in it. */
  path: string;
  signal: AbortSignal;
  /** Called with how many of the file's bytes are here. */
  onBytes?: (byteLength: number) => void;
  /** Between tries in a row that brought nothing; then it gives up. */
  pausesMs?: readonly number[];
  /** Without any bytes for so long, a connection counts as broken. */
  idleMs?: number;
}

const defaultPausesMs = [1000, 3000, 10_000, 30_000];
const defaultIdleMs = 60_000;
/** A server that asks for more patience than this is told to a person. */
const longestPauseMs = 120_000;

/**
 * Answers the sha256 of the whole file at `path`.
 * @throws AppError UNAVAILABLE, TOO_MANY_REQUESTS, what the folder refuses with, BAD_FILE when the bytes do not hash to what was announced; the signal's reason
 */
export async function downloadFile(options: DownloadOptions): Promise<string> {
  const { folder, file, path } = options;
  for (let isSecond = false; ; isSecond = true) {
    const hashes = await fetchAll(options).catch(describeDiskError(dirname(path)));
    if (hashes.isRight) return hashes.sha256;
    // Perhaps of what an earlier try left: once more, from the beginning.
    await rm(path, { force: true });
    if (isSecond) {
      throw new AppError('BAD_FILE', `${folder.source}: ${file.name}: expected bytes with the ${file.digest?.kind ?? 'length'} ${file.digest?.hex ?? file.byteLength}, got others, twice. A proxy or mirror on the way may change them; try later, or import a folder.`, { details: { file: file.name } });
    }
  }
}

async function fetchAll(options: DownloadOptions): Promise<{ sha256: string; isRight: boolean }> {
  const { folder, file, path, signal, onBytes, pausesMs = defaultPausesMs } = options;
  const handle = await open(path, 'a');
  try {
    const hashes = createHashes(file);
    let offset = (await handle.stat()).size;
    if (offset > file.byteLength) {
      await handle.truncate(0);
      offset = 0;
    }
    if (offset > 0) for await (const bytes of createReadStream(path, { end: offset - 1, signal })) hashes.update(bytes as Uint8Array);
    onBytes?.(offset);
    for (let inVain = 0; offset < file.byteLength; ) {
      const from = offset;
      try {
        for await (const bytes of readPatiently(options, offset)) {
          if (offset + bytes.byteLength > file.byteLength) return { sha256: '', isRight: false };
          await writeAll(handle, bytes);
          hashes.update(bytes);
          offset += bytes.byteLength;
          onBytes?.(offset);
        }
        if (offset < file.byteLength) throw new AppError('UNAVAILABLE', `${folder.source}: ${file.name} broke off after ${offset} of ${file.byteLength} bytes. Start the import again: it goes on from there.`);
      } catch (error) {
        signal.throwIfAborted();
        inVain = offset === from ? inVain + 1 : 0;
        const pauseMs = Math.max(pausesMs[inVain - 1] ?? 0, retryAfterOf(error));
        if (!(error instanceof AppError) || !error.retryable || inVain > pausesMs.length || pauseMs > longestPauseMs) throw error;
        await sleep(pauseMs, undefined, { signal });
      }
    }
    await handle.sync();
    // What was hashed is what came. Where another process has written into the file too, it is longer.
    if ((await handle.stat()).size !== file.byteLength) return { sha256: '', isRight: false };
    return hashes.end();
  } finally {
    await handle.close();
  }
}

/** A connection that says nothing for too long is cut. */
async function* readPatiently({ folder, file, signal, idleMs = defaultIdleMs }: DownloadOptions, start: number): AsyncGenerator<Uint8Array> {
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(), idleMs);
  try {
    for await (const bytes of folder.read(file, { start, signal: AbortSignal.any([signal, idle.signal]) })) {
      timer.refresh();
      yield bytes;
    }
  } catch (error) {
    if (idle.signal.aborted && !signal.aborted) throw new AppError('UNAVAILABLE', `${folder.source}: ${file.name}: nothing came for ${idleMs / 1000} s. Start the import again: it goes on from the bytes that are here.`, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function createHashes({ byteLength, digest }: RemoteFile): { update(bytes: Uint8Array): void; end(): { sha256: string; isRight: boolean } } {
  const sha256 = createHash('sha256');
  const gitBlob: Hash | null = digest?.kind === 'gitBlob' ? createHash('sha1').update(`blob ${byteLength}\0`) : null;
  return {
    update(bytes) {
      sha256.update(bytes);
      gitBlob?.update(bytes);
    },
    end() {
      const hex = sha256.digest('hex');
      return { sha256: hex, isRight: digest === null || (gitBlob?.digest('hex') ?? hex) === digest.hex };
    },
  };
}

/** One write may take fewer bytes than it is given. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.byteLength; ) offset += (await file.write(bytes, offset)).bytesWritten;
}

function retryAfterOf(error: unknown): number {
  const { retryAfterMs } = (error instanceof AppError && error.details) || {};
  return typeof retryAfterMs === 'number' ? retryAfterMs : 0;
}
