import { realpath } from 'node:fs/promises';
import { isAbsolute, sep } from 'node:path';
import { AppError } from '@eyegazer/core';

/** Folders of this machine that a request may name; null means any. */
export type DataRoots = readonly string[] | null;

/**
 * The real path (links followed) of a file or folder that a request names.
 * @param what what it is, for messages: `source.uri`
 * @throws AppError BAD_REQUEST when it is not absolute or not there, FORBIDDEN when it lies outside the roots
 */
export async function resolveServerPath(path: string, options: { roots: DataRoots; what: string }): Promise<string> {
  const { roots, what } = options;
  if (!isAbsolute(path)) {
    throw new AppError('BAD_REQUEST', `${what}: expected an absolute path on the server, got ${JSON.stringify(path)}.`, { path: what });
  }
  const real = await realpath(path).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    // Outside the roots nobody learns what is there.
    if (roots !== null) throw outside(path, options);
    throw new AppError('BAD_REQUEST', `${what}: expected a path that exists on the server, but ${path} cannot be opened (${code}).`, { path: what, cause });
  });
  if (roots === null) return real;
  for (const root of roots) {
    const realRoot = await realpath(root).catch(() => null);
    if (realRoot !== null && (real === realRoot || real.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep))) return real;
  }
  throw outside(path, options);
}

function outside(path: string, { roots, what }: { roots: DataRoots; what: string }): AppError {
  return new AppError('FORBIDDEN', `${what}: expected a path that exists within ${(roots ?? []).join(' or ')} (EYEGAZER_DATA_ROOTS), got ${path}.`, { path: what });
}
