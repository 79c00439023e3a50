import { createDatasetSchema, type CreateDataset, type DatasetWire, type Logger } from '@eyegazer/core';
import type { DatasetRepository, StoreAddress } from '@eyegazer/platform';
import { foldersOf, resolveServerPath, type DataRoots } from '../services/data-roots.js';
import { datasetImport, type ImportJob } from './import-messages.js';
import type { ImportRuns } from './import-runs.js';
import { watchAbandonedImports } from './watch-abandoned-imports.js';

export interface DatasetImports {
  /**
   * Starts the import of a folder of this machine.
   * @throws AppError BAD_REQUEST when it is not there, FORBIDDEN outside the data roots, CONFLICT while another import has this name
   */
  startFolder(input: CreateDataset): Promise<DatasetWire>;
  /** Starts the drawing of a procedural dataset. @throws AppError CONFLICT */
  startFundus(input: { name: string; imageSize: number; classCounts: [number, number, number, number, number]; holdout: number; seed: number }): Promise<DatasetWire>;
  /** Resolves when the dataset's import has ended here, well or not; at once when none runs. */
  whenEnded(datasetId: string): Promise<void>;
  /** Marks as failed what ended processes left under way, now and every minute: other API processes may end at any time. */
  watchAbandoned(): Promise<void>;
  /** Watches no longer. */
  close(): void;
}

export interface DatasetImportsOptions {
  datasets: DatasetRepository;
  runs: ImportRuns;
  /** Of the artifact store, for the import processes to open. */
  storeAddress: StoreAddress;
  roots: DataRoots;
  log: Logger;
}

/** Runs imports of datasets and writes their progress and end to the database. */
export function createDatasetImports({ datasets, runs, storeAddress, roots, log }: DatasetImportsOptions): DatasetImports {
  const watch = watchAbandonedImports({ failInterrupted: (options) => datasets.failInterrupted(options), what: 'datasets', log });

  function launch(dataset: DatasetWire, job: ImportJob): DatasetWire {
    const { id, name } = dataset;
    runs.launch(
      {
        id,
        name,
        saveProgress: (progress) => datasets.updateProgress(id, progress),
        finish: (result) => datasets.finish(id, result),
        fail: (error) => datasets.fail(id, error),
        whenShutDown: 'The import was stopped because Eyegazer shut down. Import again.',
      },
      job,
      datasetImport,
    );
    return dataset;
  }

  return {
    async startFolder(input) {
      const folder = await resolveServerPath(input.source.uri, { roots, what: 'source.uri' });
      const dataset = await datasets.create(input);
      return launch(dataset, { kind: 'aptos', store: storeAddress, folder, split: input.split, dataRoots: foldersOf(roots) });
    },
    async startFundus({ name, imageSize, classCounts, holdout, seed }) {
      const split = { kind: 'stratified' as const, holdout, seed };
      const dataset = await datasets.create(createDatasetSchema.parse({ name, source: { kind: 'path', uri: 'procedural-fundus' }, split }));
      return launch(dataset, { kind: 'fundus', store: storeAddress, imageSize, classCounts, split });
    },
    whenEnded: (datasetId) => runs.whenEnded(datasetId),
    watchAbandoned: () => watch.begin(),
    close: () => watch.end(),
  };
}
