import type { ArtifactStore } from '@eyegazer/core';

/** A shard on its way into the store while it grows: of its images, only the one that is being written is in memory. */
export interface ShardUpload {
  /** So far. */
  readonly byteLength: number;
  /** Resolves when the store has taken them; rejects with what the store rejects with. */
  add(bytes: Uint8Array): Promise<void>;
  close(): Promise<{ sha256: string; byteLength: number }>;
  /** Leaves nothing in the store. */
  abort(reason: unknown): Promise<void>;
}

export function createShardUpload(store: Pick<ArtifactStore, 'put'>): ShardUpload {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const stored = store.put(readable);
  // Whatever it ends with is told to whoever waits at that moment. A store that gives up first leaves what it reads from, which
  // gives no reason there; the store's own comes after.
  stored.catch(() => undefined);
  writer.closed.catch(() => undefined);
  let byteLength = 0;
  return {
    get byteLength() {
      return byteLength;
    },
    async add(bytes) {
      byteLength += bytes.byteLength;
      await Promise.race([writer.write(bytes).catch(() => stored), stored]);
    },
    async close() {
      await Promise.race([writer.close().catch(() => stored), stored]);
      return stored;
    },
    async abort(reason) {
      // Not waited for: a store that has given up leaves what it did not read where it is.
      writer.abort(reason).catch(() => undefined);
      await stored.catch(() => undefined);
    },
  };
}
