import { AppError, type ArtifactStore, type EventData } from '@eyegazer/core';
import type { BundleFile } from '../bundle/bundle-facts.js';

/** Puts the files into the artifact store and announces each, in order: who finds the last one has them all. @throws AppError CANCELLED */
export async function handOverBundle(options: {
  files: readonly BundleFile[];
  store: ArtifactStore;
  signal: AbortSignal;
  announce: (artifact: EventData<'artifact'>) => void;
}): Promise<void> {
  const { files, store, signal, announce } = options;
  const stored: EventData<'artifact'>[] = [];
  for (const { name, bytes } of files) {
    if (signal.aborted) throw new AppError('CANCELLED');
    stored.push({ name, ...(await store.put(bytes)) });
  }
  stored.forEach(announce);
}
