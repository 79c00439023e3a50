import { AppError, type ArtifactStore } from '@eyegazer/core';

/** Bytes that nothing refers to are removed a day after they were put or refreshed; an import may take longer. */
const oldMs = 6 * 3600 * 1000;

export interface ShardKeeper {
  note(shard: { sha256: string; storedAt: number }): void;
  /** Makes what was put long ago young again. @throws AppError UNAVAILABLE when it is gone */
  refreshOld(): Promise<void>;
}

/** Keeps the shards of an import that still runs from being taken for garbage. */
export function createShardKeeper(store: Pick<ArtifactStore, 'refresh'>): ShardKeeper {
  const storedAt = new Map<string, number>();
  return {
    note: (shard) => void storedAt.set(shard.sha256, shard.storedAt),
    async refreshOld() {
      for (const [sha256, at] of storedAt) {
        if (Date.now() - at < oldMs) continue;
        if ((await store.refresh(sha256)) === null) throw new AppError('UNAVAILABLE', 'Images that this import has stored are not in the artifact store any more. Import again.');
        storedAt.set(sha256, Date.now());
      }
    },
  };
}
