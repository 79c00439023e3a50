import { resolve } from 'node:path';

/** Absolute path of a file or folder of tests/fixtures. */
export function fixturePath(path: string): string {
  return resolve(import.meta.dirname, 'fixtures', path);
}
