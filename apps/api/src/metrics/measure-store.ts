import type { ArtifactStore } from '@eyegazer/core';
import type { Metrics } from './create-metrics.js';

/** The same store, whose operations are measured; a read lasts as long as its reader takes. */
export function measureStore(store: ArtifactStore, metrics: Pick<Metrics, 'observeStore'>): ArtifactStore {
  async function measured<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    let ok = false;
    try {
      const result = await work();
      ok = true;
      return result;
    } finally {
      metrics.observeStore(operation, (performance.now() - startedAt) / 1000, ok);
    }
  }

  return {
    ...store,
    put: (content) => measured('put', () => store.put(content)),
    refresh: (sha256) => measured('refresh', () => store.refresh(sha256)),
    stat: (sha256) => measured('stat', () => store.stat(sha256)),
    remove: (sha256, options) => measured('remove', () => store.remove(sha256, options)),
    localPath: (sha256) => measured('localPath', () => store.localPath(sha256)),
    signedUrl: (sha256, options) => measured('signedUrl', () => store.signedUrl(sha256, options)),
    async *read(sha256, range) {
      const startedAt = performance.now();
      let ok = true;
      try {
        yield* store.read(sha256, range);
      } catch (error) {
        ok = false;
        throw error;
      } finally {
        // A reader who has enough of it is no error.
        metrics.observeStore('read', (performance.now() - startedAt) / 1000, ok);
      }
    },
  };
}
