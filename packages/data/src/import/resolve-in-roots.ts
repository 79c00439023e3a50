import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '@eyegazer/core';
import { isInside } from './is-inside.js';

export interface ResolveInRootsOptions {
  /** Folders that may be read from, or null for any. */
  readonly roots: readonly string[] | null;
  /** What the path is, for messages: `source.uri`. */
  readonly what: string;
  /** The error for a path that cannot be opened where any may be; `code` says why, e.g. `ENOENT`. */
  readonly missing: (code: string, cause: unknown) => AppError;
}

/**
 * The real path (links followed) of a file or folder that a person named. Under roots, what is missing and what is forbidden
 * get one and the same answer: nobody learns what lies outside.
 * @throws AppError FORBIDDEN when it is not within the roots, else what `missing` makes
 */
export async function resolveInRoots(path: string, { roots, what, missing }: ResolveInRootsOptions): Promise<string> {
  const real = await realpath(path).catch((cause: unknown) => {
    if (roots === null) throw missing(cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause), cause);
    return null;
  });
  if (real !== null && roots === null) return real;
  for (const root of roots ?? []) {
    const realRoot = await realpath(resolve(root)).catch(() => null);
    if (real !== null && realRoot !== null && isInside(realRoot, real)) return real;
  }
  throw new AppError('FORBIDDEN', `${what}: expected a path that exists within ${(roots ?? []).join(' or ')} (EYEGAZER_DATA_ROOTS), got ${path}.`, { path: what });
}
