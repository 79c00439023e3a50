import type { FileHandle } from 'node:fs/promises';
import { AppError } from '@eyegazer/core';

/**
 * Bytes of an open file from `start` up to, not including, `end`.
 * @throws AppError BAD_FILE when it ends before
 */
export async function readAt(file: FileHandle, { start, end, name }: { start: number; end: number; name: string }): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(Math.max(0, end - start));
  let done = 0;
  while (done < bytes.byteLength) {
    const { bytesRead } = await file.read(bytes, done, bytes.byteLength - done, start + done);
    if (bytesRead === 0) throw new AppError('BAD_FILE', `${name} ends at byte ${start + done}, expected it to go on to ${end}. It may have changed meanwhile, or be cut short.`);
    done += bytesRead;
  }
  return bytes;
}

/** The same, in pieces. @throws AppError BAD_FILE */
export async function* streamAt(file: FileHandle, { start, end, name }: { start: number; end: number; name: string }): AsyncGenerator<Buffer> {
  const pieceBytes = 256 * 1024;
  for (let at = start; at < end; at += pieceBytes) yield await readAt(file, { start: at, end: Math.min(end, at + pieceBytes), name });
}
