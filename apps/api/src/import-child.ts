/**
 * The import process: does one job of its parent, reports by IPC and ends. It ends with its parent too, whatever
 * happens to that. What it has stored by then goes as everything does that nothing refers to, unless another one goes on from there.
 */
import { AppError, createErrorRecord, parseWith } from '@eyegazer/core';
import { createFundusDataset, importDataset, type ImportDatasetOptions, type ImportedDataset } from '@eyegazer/data';
import { createLogger, findSecrets, openStore, watchParent } from '@eyegazer/platform';
import { openImportSource } from './imports/import-source.js';
import { importModel } from './imports/import-model.js';
import { importJobSchema, type ImportJob, type ImportMessage } from './imports/import-messages.js';
import { createThrottledProgress } from './imports/throttled-progress.js';

const longestFarewellMs = 2000;
const cancel = new AbortController();

function leave(): void {
  cancel.abort(new AppError('CANCELLED', 'The import was stopped.'));
  setTimeout(() => process.exit(1), longestFarewellMs).unref();
}

function say(message: ImportMessage<unknown, unknown>): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected || !process.send) return resolve();
    process.send(message, () => resolve());
  });
}

async function build(job: ImportJob): Promise<unknown> {
  const log = createLogger({ name: 'import', level: 'warn', secrets: findSecrets(process.env) });
  const store = await openStore(job.store.settings, { ...job.store, log });
  const { signal } = cancel;
  const tell = (progress: unknown): void => void say({ kind: 'progress', progress });
  switch (job.kind) {
    case 'dataset':
      return buildDataset(job, { store, signal, onProgress: tell });
    case 'fundus':
      return createFundusDataset({ store, signal, onProgress: tell, width: job.imageSize, classCounts: job.classCounts, holdout: job.split.holdout, seed: job.split.seed });
    case 'model':
      return importModel(job, { store, signal, onProgress: createThrottledProgress(tell) });
    default:
      return job satisfies never;
  }
}

async function buildDataset(job: Extract<ImportJob, { kind: 'dataset' }>, options: Pick<ImportDatasetOptions, 'store' | 'signal' | 'onProgress'> & { signal: AbortSignal }): Promise<ImportedDataset> {
  const { columns, curation, roots, workFolder } = job;
  // To list a bucket or a large folder takes minutes.
  options.onProgress?.({ phase: 'scanning', done: 0, total: null });
  const source = await openImportSource(job.source, { workFolder, signal: options.signal });
  try {
    return await importDataset({ ...options, source, columns, curation, roots, workFolder });
  } finally {
    await source.close();
  }
}

async function work(value: unknown): Promise<void> {
  try {
    const job = parseWith(importJobSchema, value, { code: 'INTERNAL', what: 'import job' });
    await say({ kind: 'done', result: await build(job) });
  } catch (error) {
    if (!(error instanceof AppError)) console.error(error);
    await say({ kind: 'failed', error: createErrorRecord(error) });
  }
  process.disconnect?.();
}

watchParent({ farewellMs: longestFarewellMs });
process.once('disconnect', leave);
process.once('SIGTERM', leave);
// Ctrl-C reaches the whole group; the parent decides what becomes of an import.
process.on('SIGINT', () => undefined);
process.once('message', (value) => void work(value));
