import { AppError, createErrorRecord, type CreateDataset, type DatasetWire, type ImportProgress, type Logger } from '@eyegazer/core';
import { retryWhileUnavailable, type DatasetRepository, type StoreAddress } from '@eyegazer/platform';
import { resolveServerPath, type DataRoots } from '../services/data-roots.js';
import type { ImportJob } from './import-messages.js';
import { runImportProcess, type ImportProcess } from './run-import-process.js';

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
  /** Ends running imports, which then count as failed. */
  close(): Promise<void>;
}

export interface DatasetImportsOptions {
  datasets: DatasetRepository;
  /** Of the artifact store, for the import processes to open. */
  storeAddress: StoreAddress;
  roots: DataRoots;
  log: Logger;
}

const watchMs = 60_000;
/** An import that has only lost its database for a moment is not given up by another process. */
const silentForMs = 30_000;

interface Running {
  process: ImportProcess;
  ended: Promise<void>;
}

/** Runs imports in child processes and writes their progress and end to the database. */
export function createDatasetImports({ datasets, storeAddress, roots, log }: DatasetImportsOptions): DatasetImports {
  const running = new Map<string, Running>();
  const ending = new AbortController();
  const { signal } = ending;
  let watch: NodeJS.Timeout | null = null;

  async function failAbandoned(options: { silentForMs: number }): Promise<void> {
    const failed = await datasets.failInterrupted(options);
    if (failed > 0) log.warn({ imports: failed }, 'Imports whose process is gone are marked as failed');
  }

  function launch(dataset: DatasetWire, job: ImportJob): DatasetWire {
    const writer = createProgressWriter((progress) => datasets.updateProgress(dataset.id, progress), log);
    const process = runImportProcess(job, { log, onProgress: (progress) => writer.write(progress) });
    log.info({ dataset: dataset.name, pid: process.pid }, 'import started');
    const ended = settle(dataset, process, writer).catch((error: unknown) => log.error({ dataset: dataset.name, error: String(error) }, 'the end of an import could not be recorded'));
    const entry = { process, ended: ended.finally(() => running.delete(dataset.id)) };
    running.set(dataset.id, entry);
    return dataset;
  }

  async function settle(dataset: DatasetWire, process: ImportProcess, writer: ProgressWriter): Promise<void> {
    try {
      const result = await process.result;
      await writer.close();
      await retryWhileUnavailable(() => datasets.finish(dataset.id, result), { signal, log });
      log.info({ dataset: dataset.name }, 'import ready');
    } catch (error) {
      await writer.close();
      const reason = signal.aborted ? new AppError('CANCELLED', 'The import was stopped because Eyegazer shut down. Import again.') : error;
      await retryWhileUnavailable(() => datasets.fail(dataset.id, createErrorRecord(reason)), { signal, log });
      log.warn({ dataset: dataset.name, error: String(reason) }, 'import failed');
    }
  }

  return {
    async startFolder(input) {
      const folder = await resolveServerPath(input.source.uri, { roots, what: 'source.uri' });
      const dataset = await datasets.create(input);
      return launch(dataset, { kind: 'aptos', store: storeAddress, folder, split: input.split, dataRoots: roots === null ? null : [...roots] });
    },
    async startFundus({ name, imageSize, classCounts, holdout, seed }) {
      const split = { kind: 'stratified' as const, holdout, seed };
      const dataset = await datasets.create({ name, source: { kind: 'path', uri: 'procedural-fundus' }, split });
      return launch(dataset, { kind: 'fundus', store: storeAddress, imageSize, classCounts, split });
    },
    async whenEnded(datasetId) {
      await running.get(datasetId)?.ended;
    },
    async watchAbandoned() {
      await failAbandoned({ silentForMs: 0 });
      watch ??= setInterval(() => {
        failAbandoned({ silentForMs }).catch((error: unknown) => log.warn({ error: String(error) }, 'Imports whose process is gone could not be looked for; the next round tries again'));
      }, watchMs);
    },
    async close() {
      ending.abort();
      if (watch !== null) clearInterval(watch);
      await Promise.all([...running.values()].map(({ process, ended }) => process.stop().then(() => ended)));
    },
  };
}

interface ProgressWriter {
  write(progress: ImportProgress): void;
  /** Waits for a write under way; nothing is written afterwards. */
  close(): Promise<void>;
}

/** Writes the newest progress, one write at a time: what is overtaken meanwhile is never written. */
function createProgressWriter(save: (progress: ImportProgress) => Promise<void>, log: Logger): ProgressWriter {
  let newest: ImportProgress | null = null;
  let writing: Promise<void> | null = null;
  let closed = false;

  const takeNewest = (): ImportProgress | null => {
    const taken = closed ? null : newest;
    newest = null;
    return taken;
  };

  async function drain(): Promise<void> {
    for (let progress = takeNewest(); progress; progress = takeNewest()) {
      await save(progress).catch((error: unknown) => log.warn({ error: String(error) }, 'progress of an import was not saved'));
    }
    writing = null;
  }

  return {
    write(progress) {
      newest = progress;
      writing ??= drain();
    },
    async close() {
      closed = true;
      await writing;
    },
  };
}
