import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger, ModelSource, ModelWire } from '@eyegazer/core';
import { isId, type HubSettings, type ModelImportRepository, type ModelRepository, type S3Access, type StoreAddress } from '@eyegazer/platform';
import { modelImport } from './import-messages.js';
import type { ImportRuns } from './import-runs.js';
import { watchAbandonedImports } from './watch-abandoned-imports.js';

/** How what is not on this machine is reached. Holds secrets: never to be logged. */
export interface ModelSources {
  hub: HubSettings;
  buckets: S3Access;
}

export interface ModelDownloads {
  /** Starts an import from afar, or a failed one again. @throws AppError CONFLICT when the name is another source's */
  start(input: { name: string; source: Exclude<ModelSource, { kind: 'path' }> }): Promise<ModelWire>;
  /** Deletes a model that no experiment uses, with its import. @throws AppError NOT_FOUND, CONFLICT */
  delete(idOrName: string): Promise<void>;
  /** Marks as failed what ended processes left under way, now and every minute, and removes the downloads of what is ready or gone. */
  watchAbandoned(): Promise<void>;
  /** Watches no longer. */
  close(): void;
}

export interface ModelDownloadsOptions {
  models: ModelRepository;
  modelImports: ModelImportRepository;
  runs: ImportRuns;
  /** Of the artifact store, for the import processes to open. */
  storeAddress: StoreAddress;
  /** Folder of all state of this machine. */
  home: string;
  sources: ModelSources;
  log: Logger;
}

/** Base models from afar. What one has downloaded lies in a folder of its own, named by its id, until it is ready or deleted. */
export function createModelDownloads({ models, modelImports, runs, storeAddress, home, sources, log }: ModelDownloadsOptions): ModelDownloads {
  const allFolders = join(home, 'imports');
  const folderOf = (id: string): string => join(allFolders, id);
  /** What cannot be removed now is removed by the next round. */
  const remove = (id: string): Promise<void> =>
    rm(folderOf(id), { recursive: true, force: true }).catch((error: unknown) => log.warn({ model: id, error: String(error) }, 'the download of a model could not be removed'));

  async function look(options: { silentForMs: number }): Promise<void> {
    const failed = await modelImports.failInterrupted(options);
    // A person may keep something of their own there.
    const ids = (await readdir(allFolders).catch(() => [])).filter(isId);
    const unfinished = ids.length === 0 ? [] : await modelImports.findUnfinished(ids);
    for (const id of ids) if (!unfinished.includes(id) && !runs.isRunning(id)) await remove(id);
    if (failed > 0) log.warn({ models: failed }, 'Imports whose process is gone are marked as failed');
  }
  const watch = watchAbandonedImports({ look, what: 'models', log });

  return {
    async start(input) {
      const { model, isStarted } = await modelImports.start(input);
      if (!isStarted) return model;
      const { id, name } = model;
      runs.launch(
        {
          id,
          name,
          saveProgress: (progress) => modelImports.updateProgress(id, progress),
          async finish(result) {
            await modelImports.finish(id, result);
            await remove(id);
          },
          fail: (error) => modelImports.fail(id, error),
          whenShutDown: 'The import was stopped because Eyegazer shut down. Start it again: it goes on from the bytes that are here.',
        },
        { kind: 'model', store: storeAddress, source: input.source, folder: folderOf(id), ...sources },
        modelImport,
      );
      return model;
    },
    async delete(idOrName) {
      const { id } = await models.describe(idOrName);
      await models.delete(id);
      await runs.stop(id);
      await remove(id);
    },
    watchAbandoned: () => watch.begin(),
    close: () => watch.end(),
  };
}
