/**
 * The import process: does one job of its parent, reports by IPC and ends. It ends with its parent too, whatever
 * happens to that. What it has stored by then goes as everything does that nothing refers to.
 */
import { AppError, createErrorRecord, curationSchema, parseWith, type SplitConfig } from '@eyegazer/core';
import { createFundusDataset, importAptosFolder, type BuiltDataset } from '@eyegazer/data';
import { createLogger, findSecrets, openStore, watchParent, type FinishedImport } from '@eyegazer/platform';
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
    case 'aptos':
      return finish(await importAptosFolder({ store, signal, onProgress: tell, folder: job.folder, split: job.split, dataRoots: job.dataRoots }), job.split);
    case 'fundus':
      return finish(await createFundusDataset({ store, signal, onProgress: tell, imageSize: job.imageSize, classCounts: job.classCounts, holdout: job.split.holdout, seed: job.split.seed }), job.split);
    case 'model':
      return importModel(job, { store, signal, onProgress: createThrottledProgress(tell) });
    default:
      return job satisfies never;
  }
}

function finish({ contentId, classNames, counts, report }: BuiltDataset, split: SplitConfig): FinishedImport {
  return { images: null, report, version: { contentId, classNames, ordinal: true, split, curation: curationSchema.parse({ split }), counts, leftOut: 0 } };
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
