import { readFile } from 'node:fs/promises';
import { AppError } from '@eyegazer/core';

/**
 * Reads a JSON file.
 * @throws AppError BAD_FILE naming the file when it is missing or not JSON.
 */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('BAD_FILE', `${path}: expected a readable file, got "${reason}".`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('BAD_FILE', `${path}: expected JSON, got "${reason}".`, { cause });
  }
}
