import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { AppError, type ArtifactStore, type EventData } from '@eyegazer/core';

/**
 * Streams the files of a folder into the artifact store and announces each, in order: who finds the last one has them all.
 * @throws AppError CANCELLED
 */
export async function handOverBundle(options: {
  folder: string;
  names: readonly string[];
  store: ArtifactStore;
  signal: AbortSignal;
  announce: (artifact: EventData<'artifact'>) => void;
}): Promise<void> {
  const { folder, names, store, signal, announce } = options;
  const stored: EventData<'artifact'>[] = [];
  for (const name of names) {
    if (signal.aborted) throw new AppError('CANCELLED');
    stored.push({ name, ...(await store.put(createReadStream(join(folder, name)))) });
  }
  stored.forEach(announce);
}
