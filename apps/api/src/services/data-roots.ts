import { isAbsolute } from 'node:path';
import { AppError } from '@eyegazer/core';
import { resolveInRoots } from '@eyegazer/data';

/** Folders of this machine and `s3://` prefixes that a request may name; null means any. */
export type DataRoots = readonly string[] | null;

/**
 * The real path (links followed) of a file or folder that a request names.
 * @param what what it is, for messages: `source.uri`
 * @throws AppError BAD_REQUEST when it is not absolute or not there, FORBIDDEN when it is not within the roots
 */
export async function resolveServerPath(path: string, { roots, what }: { roots: DataRoots; what: string }): Promise<string> {
  if (!isAbsolute(path)) {
    throw new AppError('BAD_REQUEST', `${what}: expected an absolute path on the server, got ${JSON.stringify(path)}.`, { path: what });
  }
  return resolveInRoots(path, {
    roots: foldersOf(roots),
    what,
    missing: (code, cause) => new AppError('BAD_REQUEST', `${what}: expected a path that exists on the server, but ${path} cannot be opened (${code}).`, { path: what, cause }),
  });
}

/** Those of the roots that are folders. */
export function foldersOf(roots: DataRoots): string[] | null {
  return roots && roots.filter((root) => isAbsolute(root));
}

/** @throws AppError FORBIDDEN when a bucket's prefix is not within the roots */
export function assertBucketInRoots(uri: string, { roots, what }: { roots: DataRoots; what: string }): void {
  const prefixes = roots?.filter((root) => !isAbsolute(root)).map((root) => root.replace(/\/+$/, ''));
  if (!prefixes || prefixes.some((prefix) => uri === prefix || uri.startsWith(`${prefix}/`))) return;
  const allowed = prefixes.length === 0 ? 'no bucket, because EYEGAZER_DATA_ROOTS names none' : `s3:// within ${prefixes.join(' or ')} (EYEGAZER_DATA_ROOTS)`;
  throw new AppError('FORBIDDEN', `${what}: expected ${allowed}, got ${uri}.`, { path: what });
}
