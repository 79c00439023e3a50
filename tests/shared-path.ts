import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { needs } from './needs.js';

const sharedRoot = resolve(process.env['EYEGAZER_SHARED'] ?? resolve(import.meta.dirname, '../../shared'));

/** Absolute path of a file or folder of the reference data, which lies beside the project or at EYEGAZER_SHARED. */
export function sharedPath(path: string): string {
  return resolve(sharedRoot, path);
}

/** For a `before` hook: skips the suite loudly for a stranger who has no reference data; in CI that is a failure. */
export function needsShared(context: Mocha.Context, ...paths: string[]): void {
  for (const path of paths) needs(context, existsSync(sharedPath(path)), `reference data ${path} (set EYEGAZER_SHARED to the folder that holds it)`);
}
