import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '@eyegazer/client';
import { AppError, type DatasetWire } from '@eyegazer/core';

const pollMs = 400;

/**
 * Asks again and again until the import has ended, through a server that is away for a while.
 * @throws the signal's reason once it aborts
 */
export async function followImport(api: ApiClient, id: string, { signal, onProgress }: { signal: AbortSignal; onProgress: (dataset: DatasetWire) => void }): Promise<DatasetWire> {
  for (;;) {
    try {
      const dataset = await api.getDataset(id, { signal });
      if (dataset.state !== 'importing') return dataset;
      onProgress(dataset);
    } catch (error) {
      if (!(error instanceof AppError) || !error.retryable) throw error;
    }
    await sleep(pollMs, undefined, { signal });
  }
}
