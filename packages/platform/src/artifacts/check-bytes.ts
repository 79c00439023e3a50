import { createHash } from 'node:crypto';
import { AppError } from '@eyegazer/core';

/** Passes an artifact's bytes on. @throws AppError CORRUPT_ARTIFACT at their end when they are not what its name says */
export async function* checkBytes(sha256: string, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const bytes of content) {
    hash.update(bytes);
    yield bytes;
  }
  const found = hash.digest('hex');
  if (found !== sha256) throw describeCorruption(sha256, found);
}

export function describeCorruption(sha256: string, found: string): AppError {
  return new AppError('CORRUPT_ARTIFACT', `Expected artifact ${sha256} from the store, got bytes with sha256 ${found}. Make it again, or restore it from a backup.`, { details: { sha256 } });
}
