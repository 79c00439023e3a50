import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const sharedRoot = process.env['EYEGAZER_SHARED'] ?? resolve(import.meta.dirname, '../../shared');

/** The absolute path of a file or folder of the shared reference data (`../shared`, or $EYEGAZER_SHARED). */
export function sharedPath(path: string): string {
  const full = resolve(sharedRoot, path);
  if (!existsSync(full)) {
    throw new Error(`Expected reference data at ${full}, found nothing. Set EYEGAZER_SHARED to the folder that holds ${path}.`);
  }
  return full;
}
