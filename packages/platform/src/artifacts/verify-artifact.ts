import { createHash } from 'node:crypto';
import { AppError, type ArtifactStore } from '@eyegazer/core';

/**
 * Reads an artifact and compares its bytes with its name.
 * @throws AppError NOT_FOUND, or CORRUPT_ARTIFACT with both checksums
 */
export async function verifyArtifact(store: ArtifactStore, sha256: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const bytes of store.read(sha256)) hash.update(bytes);
  const found = hash.digest('hex');
  if (found === sha256) return;
  throw new AppError('CORRUPT_ARTIFACT', `The artifact ${sha256} has other bytes: their sha256 is ${found}. Restore it from a backup, or make it again.`, {
    details: { expected: sha256, found },
  });
}
