import type { FileHandle } from 'node:fs/promises';
import { AppError } from '@eyegazer/core';
import { openRegularFile } from '../files/open-regular-file.js';
import { decodeFloats } from './decode-floats.js';
import { findFloatEntry } from './find-float-entry.js';
import { parseHeader, parseHeaderLength, type SafetensorsHeader } from './parse-header.js';

export interface SafetensorsFile extends SafetensorsHeader {
  readonly path: string;
  /**
   * Reads the values of a tensor as float32.
   * @throws AppError BAD_FILE when there is no such tensor, it is not F32, F16 or BF16, or the file has shrunk.
   */
  readonly readTensor: (name: string) => Promise<Float32Array>;
}

/**
 * Reads and checks the header of a safetensors file and nothing else; no file handle stays open.
 * @throws AppError BAD_FILE naming the file, the tensor, what was expected and what came.
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const header = await withFile(path, async (handle) => {
    const { size } = await handle.stat();
    const prefix = await readRange(handle, path, { byteOffset: 0, byteLength: Math.min(8, size) });
    const byteLength = parseHeaderLength(prefix, size, path);
    return parseHeader(await readRange(handle, path, { byteOffset: 8, byteLength }), size, path);
  });
  return {
    ...header,
    path,
    readTensor: async (name) => {
      const entry = findFloatEntry(header, name, path);
      const bytes = await withFile(path, (handle) => readRange(handle, path, entry));
      return decodeFloats(bytes, entry.dtype);
    },
  };
}

async function withFile<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle | undefined;
  try {
    handle = await openRegularFile(path);
    return await use(handle);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('BAD_FILE', `${path}: expected a readable safetensors file, got "${reason}".`, { cause });
  } finally {
    await handle?.close();
  }
}

async function readRange(
  handle: FileHandle,
  path: string,
  { byteOffset, byteLength }: { byteOffset: number; byteLength: number },
): Promise<Uint8Array> {
  const bytes = new Uint8Array(byteLength);
  let filled = 0;
  while (filled < byteLength) {
    const { bytesRead } = await handle.read(bytes, filled, byteLength - filled, byteOffset + filled);
    if (bytesRead === 0) throw new AppError('BAD_FILE', `${path}: expected ${byteLength} bytes at ${byteOffset}, got ${filled}. The file has shrunk.`);
    filled += bytesRead;
  }
  return bytes;
}
