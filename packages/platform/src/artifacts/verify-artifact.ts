import { AppError, type ArtifactStore } from '@eyegazer/core';

/**
 * Reads an artifact and compares its bytes with its name.
 * @throws AppError NOT_FOUND, or CORRUPT_ARTIFACT with both checksums
 */
export async function verifyArtifact(_store: ArtifactStore, _sha256: string): Promise<void> {
  throw new AppError('UNSUPPORTED');
}
