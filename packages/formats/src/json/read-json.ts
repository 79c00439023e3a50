import { AppError } from '@eyegazer/core';
import { openRegularFile } from '../files/open-regular-file.js';

/** Config files have some kilobytes; label names of tens of thousands of classes a few megabytes. */
const maxJsonBytes = 16 * 1024 * 1024;

/**
 * Reads a JSON file of at most 16 MiB.
 * @throws AppError BAD_FILE naming the file when it is missing or not JSON, TOO_LARGE.
 */
export async function readJson(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('BAD_FILE', `${path}: expected JSON, got "${reasonOf(cause)}".`, { cause });
  }
}

async function readText(path: string): Promise<string> {
  try {
    const handle = await openRegularFile(path);
    try {
      const { size } = await handle.stat();
      if (size > maxJsonBytes) throw new AppError('TOO_LARGE', `${path}: expected a JSON file of at most ${maxJsonBytes} bytes, got ${size}.`);
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('BAD_FILE', `${path}: expected a readable file, got "${reasonOf(cause)}".`, { cause });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
