import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, rm, stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@eyegazer/core';

export interface SaveBackupOptions {
  file: string;
  open: () => Promise<Response>;
  onBytes: (bytes: number) => void;
  signal: AbortSignal;
}

/**
 * Saves a backup; the file is there once it is whole, and never in place of another. Only its owner may read it: it holds
 * everything that the server knows.
 * @returns its length in bytes
 */
export async function saveBackup({ file, open, onBytes, signal }: SaveBackupOptions): Promise<number> {
  const taken = new AppError('CONFLICT', `${file} is there already. Give another name, or move it away.`);
  if (await stat(file).catch(() => null)) throw taken;
  const response = await open();
  const part = `${file}.${randomUUID().slice(0, 8)}.part`;
  let size = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      onBytes(size);
      done(null, chunk);
    },
  });
  try {
    if (!response.body) throw new AppError('INTERNAL', 'The server answered no bytes.');
    await pipeline(Readable.fromWeb(response.body), count, createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }), { signal }).catch((error: unknown) => {
      if (signal.aborted) throw error;
      throw isOfTheDisk(error) ? error : new AppError('UNAVAILABLE', 'The backup was cut on its way: the server ended it, or the connection did. Nothing was kept.', { cause: error });
    });
    // A link refuses what a rename would replace.
    await link(part, file).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? taken : error;
    });
    return size;
  } finally {
    await rm(part, { force: true });
  }
}

function isOfTheDisk(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && (error.syscall === 'write' || error.syscall === 'open') && 'path' in error;
}
