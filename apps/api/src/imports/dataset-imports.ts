import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, createDatasetSchema, createErrorRecord, curationSchema, type Actor, type CreateDataset, type DatasetWire, type Logger } from '@eyegazer/core';
import { isId, type DatasetRepository, type StoreAddress } from '@eyegazer/platform';
import { sumOf } from '../services/dataset-versions.js';
import { foldersOf, type DataRoots } from '../services/data-roots.js';
import type { Uploads } from '../uploads/create-uploads.js';
import { datasetImport, type ImportJob } from './import-messages.js';
import type { ImportSource } from './import-source.js';
import type { ImportRuns } from './import-runs.js';
import type { ImportSources } from './import-sources.js';
import { watchAbandonedImports } from './watch-abandoned-imports.js';

export interface DatasetImports {
  /**
   * Starts an import.
   * @throws AppError what `ImportSources` throw, CONFLICT while another import has this name
   */
  start(input: CreateDataset, owner: Actor): Promise<DatasetWire>;
  /** Starts the drawing of a procedural dataset. @throws AppError CONFLICT */
  startFundus(input: { name: string; imageSize: number; classCounts: [number, number, number, number, number]; holdout: number; seed: number }): Promise<DatasetWire>;
  /** Ends an import that a person wants no more. @throws AppError NOT_FOUND, ILLEGAL_TRANSITION when none runs */
  cancel(idOrName: string): Promise<DatasetWire>;
  /** Deletes a dataset that no experiment uses, with its import. @throws AppError NOT_FOUND, CONFLICT */
  delete(idOrName: string): Promise<void>;
  /** Resolves when the dataset's import has ended here, well or not; at once when none runs. */
  whenEnded(datasetId: string): Promise<void>;
  /** Goes on with what ended processes left under way, now and every minute: other API processes may end at any time. */
  watchAbandoned(): Promise<void>;
  /** Watches no longer. */
  close(): void;
}

export interface DatasetImportsOptions {
  datasets: DatasetRepository;
  runs: ImportRuns;
  sources: ImportSources;
  uploads: Pick<Uploads, 'remove'>;
  /** Of the artifact store, for the import processes to open. */
  storeAddress: StoreAddress;
  /** Folder of all state of this machine. */
  home: string;
  roots: DataRoots;
  log: Logger;
}

/** What a drawn dataset has for a source. */
const drawn = 'procedural-fundus';

/** Runs imports of datasets and writes their progress and end to the database. What one has on disk lies in a folder of its own, named by its id, until it ends. */
export function createDatasetImports({ datasets, runs, sources, uploads, storeAddress, home, roots, log }: DatasetImportsOptions): DatasetImports {
  const allFolders = join(home, 'imports', 'datasets');
  const folderOf = (id: string): string => join(allFolders, id);
  /** What cannot be removed now is removed by the next round. */
  const clear = (id: string): Promise<void> =>
    rm(folderOf(id), { recursive: true, force: true }).catch((error: unknown) => log.warn({ dataset: id, error: String(error) }, 'the folder of an import could not be removed'));

  function launch({ id, name }: { id: string; name: string }, job: ImportJob, { isResumed, uploadId }: { isResumed: boolean; uploadId: string | null }): void {
    runs.launch(
      {
        id,
        name,
        saveProgress: (progress) => datasets.updateProgress(id, progress),
        async finish({ version: { leftOut, ...version }, ...result }) {
          await datasets.finish(id, { ...result, version: { ...version, leftOut: sumOf(leftOut) } });
          await clear(id);
          if (uploadId !== null) await uploads.remove(uploadId);
        },
        async fail(error) {
          try {
            await datasets.fail(id, error);
          } finally {
            await clear(id);
          }
        },
        whenShutDown: isResumed ? null : 'The import was stopped because Eyegazer shut down. Import again.',
      },
      job,
      datasetImport,
    );
  }

  async function launchFrom(dataset: { id: string; name: string }, request: CreateDataset, source: ImportSource): Promise<void> {
    const { columns } = request;
    const curation = curationSchema.strip().parse(request);
    const workFolder = folderOf(dataset.id);
    await mkdir(workFolder, { recursive: true });
    const uploadId = request.source.kind === 'upload' ? request.source.uri : null;
    launch(dataset, { kind: 'dataset', store: storeAddress, source, columns, curation, roots: foldersOf(roots), workFolder }, { isResumed: true, uploadId });
  }

  async function restart({ id, name, request }: { id: string; name: string; request: CreateDataset | null }): Promise<void> {
    try {
      if (request === null || request.source.uri === drawn) throw new AppError('UNAVAILABLE', 'The import was interrupted; nothing of it was kept. Start it again.');
      const source = await sources.findAgain(request.source);
      if (source === null) throw new AppError('UNAVAILABLE', 'The import was interrupted, and the file that was uploaded is not here any more. Upload it again.');
      log.info({ dataset: name }, 'import goes on after an interruption');
      await launchFrom({ id, name }, request, source);
    } catch (error) {
      await datasets.fail(id, createErrorRecord(error));
      await clear(id);
    }
  }

  async function look(options: { silentForMs: number }): Promise<void> {
    for (const interrupted of await datasets.takeInterrupted(options)) {
      // The others are this process's, too, and nobody else's any more.
      await restart(interrupted).catch((error: unknown) => log.warn({ dataset: interrupted.name, error: String(error) }, 'an interrupted import could not be ended'));
    }
    const ids = (await readdir(allFolders).catch(() => [])).filter(isId);
    const importing = ids.length === 0 ? [] : await datasets.findImporting(ids);
    for (const id of ids) if (!importing.includes(id) && !runs.isRunning(id)) await clear(id);
  }
  const watch = watchAbandonedImports({ look, what: 'datasets', log });

  return {
    async start(input, owner) {
      const source = await sources.find(input.source, owner);
      const dataset = await datasets.create(input);
      try {
        await launchFrom(dataset, input, source);
      } catch (error) {
        // Nobody works on it: it would count as under way until this process ends.
        await datasets.fail(dataset.id, createErrorRecord(error));
        throw error;
      }
      return dataset;
    },
    async startFundus({ name, imageSize, classCounts, holdout, seed }) {
      const split = { kind: 'stratified' as const, holdout, seed };
      const dataset = await datasets.create(createDatasetSchema.parse({ name, source: { kind: 'path', uri: drawn }, split }));
      launch(dataset, { kind: 'fundus', store: storeAddress, imageSize, classCounts, split }, { isResumed: false, uploadId: null });
      return dataset;
    },
    async cancel(idOrName) {
      const cancelled = await datasets.cancelImport(idOrName);
      await runs.stop(cancelled.id);
      return cancelled;
    },
    async delete(idOrName) {
      const { id } = await datasets.get(idOrName);
      await datasets.delete(id);
      await runs.stop(id);
      await clear(id);
    },
    whenEnded: (datasetId) => runs.whenEnded(datasetId),
    watchAbandoned: () => watch.begin(),
    close: () => watch.end(),
  };
}
