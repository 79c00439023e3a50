import { createHash } from 'node:crypto';
import { AppError } from '@eyegazer/core';

/**
 * Passes an artifact's bytes on, the last piece only when all are what its name says: a download of known length that is
 * wrong is never complete.
 * @throws AppError CORRUPT_ARTIFACT in place of the last piece
 */
export async function* checkBytes(sha256: string, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let last: Uint8Array | undefined;
  for await (const bytes of content) {
    hash.update(bytes);
    if (last) yield last;
    last = bytes;
  }
  const found = hash.digest('hex');
  if (found !== sha256) throw describeCorruption(sha256, found);
  if (last) yield last;
}

export function describeCorruption(sha256: string, found: string): AppError {
  return new AppError('CORRUPT_ARTIFACT', `Expected artifact ${sha256} from the store, got bytes with sha256 ${found}. Make it again, or restore it from a backup.`, { details: { sha256 } });
}
