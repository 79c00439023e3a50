import { AppError, sha256Schema } from '@eyegazer/core';

/** Where an artifact lies below its store: two levels of 256 folders, so that none grows beyond what file systems like. @throws AppError NOT_FOUND on anything but a hash */
export function artifactPath(sha256: string): string {
  // Part of a path: nothing but a hash may get there.
  if (!sha256Schema.safeParse(sha256).success) throw new AppError('NOT_FOUND', `Expected an artifact's sha256 (64 hex digits), got ${JSON.stringify(sha256.slice(0, 80))}.`);
  return `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
}
