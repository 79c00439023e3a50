import { AppError, type ArtifactStore } from '@eyegazer/core';

/** @throws AppError CORRUPT_ARTIFACT naming the first artifact whose bytes are not in the store as they were put there */
export async function requireStored(store: ArtifactStore, artifacts: readonly { name: string; sha256: string; byteLength: number }[]): Promise<void> {
  for (const { name, sha256, byteLength } of artifacts) {
    const found = await store.stat(sha256);
    if (found?.byteLength === byteLength) continue;
    throw new AppError('CORRUPT_ARTIFACT', `Expected ${byteLength} bytes of ${name} in the artifact store, found ${found ? found.byteLength : 'nothing'}. Retry the experiment to make it again.`, {
      details: { name, sha256 },
    });
  }
}
