import { randomUUID } from 'node:crypto';
import { link, open as openFile, rm, stat } from 'node:fs/promises';
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
 * @returns its length in bytes, and how many artifacts it lacks because the server has lost them
 */
export async function saveBackup({ file, open, onBytes, signal }: SaveBackupOptions): Promise<{ byteLength: number; missing: number }> {
  const taken = new AppError('CONFLICT', `${file} is there already. Give another name, or move it away.`);
  if (await stat(file).catch(() => null)) throw taken;
  const response = await open();
  const part = `${file}.${randomUUID().slice(0, 8)}.part`;
  const target = await openFile(part, 'wx', 0o600);
  let size = 0;
  try {
    try {
      for await (const chunk of cutInWords(response.body ?? [], signal)) {
        await target.writeFile(chunk);
        size += chunk.length;
        onBytes(size);
      }
      await target.sync();
    } finally {
      await target.close();
    }
    // A link refuses what a rename would replace.
    await link(part, file).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? taken : error;
    });
    return { byteLength: size, missing: Number(response.headers.get('x-missing-artifacts')) };
  } finally {
    await rm(part, { force: true });
  }
}

/** A body whose cut says what it means. */
async function* cutInWords(body: AsyncIterable<Uint8Array> | Uint8Array[], signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* body;
  } catch (error) {
    signal.throwIfAborted();
    throw new AppError('UNAVAILABLE', 'The backup was cut on its way: the server ended it, or the connection did. Nothing was kept.', { cause: error });
  }
}
