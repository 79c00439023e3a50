import { randomUUID } from 'node:crypto';
import { link, open as openFile, rm, stat } from 'node:fs/promises';
import { AppError } from '@eyegazer/core';

export interface SaveDownloadOptions {
  /** What it is, for messages: `backup`. */
  what: string;
  file: string;
  open: () => Promise<Response>;
  onBytes: (bytes: number) => void;
  signal: AbortSignal;
}

/**
 * Saves an answer of unknown length; the file is there once it is whole, and never in place of another. Only its owner may read
 * it: a backup holds everything that the server knows, a dataset may be of patients.
 * @returns its length in bytes, and the answer's headers
 * @throws AppError CONFLICT, UNAVAILABLE when it is cut; the signal's reason
 */
export async function saveDownload({ what, file, open, onBytes, signal }: SaveDownloadOptions): Promise<{ byteLength: number; headers: Headers }> {
  const taken = new AppError('CONFLICT', `${file} is there already. Give another name, or move it away.`);
  if (await stat(file).catch(() => null)) throw taken;
  const response = await open();
  const part = `${file}.${randomUUID().slice(0, 8)}.part`;
  const target = await openFile(part, 'wx', 0o600);
  let size = 0;
  try {
    try {
      for await (const chunk of cutInWords(response.body ?? [], { what, signal })) {
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
    return { byteLength: size, headers: response.headers };
  } finally {
    await rm(part, { force: true });
  }
}

/** A body whose cut says what it means. */
async function* cutInWords(body: AsyncIterable<Uint8Array> | Uint8Array[], { what, signal }: Pick<SaveDownloadOptions, 'what' | 'signal'>): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* body;
  } catch (error) {
    signal.throwIfAborted();
    throw new AppError('UNAVAILABLE', `The ${what} was cut on its way: the server ended it, or the connection did. Nothing was kept.`, { cause: error });
  }
}
