/**
 * The import process: does one job of its parent, reports by IPC and ends. It ends with its parent too, whatever
 * happens to that. What it has stored by then goes as everything does that nothing refers to.
 */
import { AppError, createErrorRecord, parseWith } from '@eyegazer/core';
import { createFundusDataset, importAptosFolder, type BuiltDataset } from '@eyegazer/data';
import { createLogger, findSecrets, openStore, watchParent } from '@eyegazer/platform';
import { importJobSchema, type ImportJob, type ImportMessage } from './imports/import-messages.js';

const longestFarewellMs = 2000;
const cancel = new AbortController();

function leave(): void {
  cancel.abort();
  setTimeout(() => process.exit(1), longestFarewellMs).unref();
}

function say(message: ImportMessage): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected || !process.send) return resolve();
    process.send(message, () => resolve());
  });
}

async function build(job: ImportJob): Promise<BuiltDataset> {
  const log = createLogger({ name: 'import', level: 'warn', secrets: findSecrets(process.env) });
  const store = await openStore(job.store.settings, { ...job.store, log });
  const common = { store, signal: cancel.signal, onProgress: (progress: Extract<ImportMessage, { kind: 'progress' }>['progress']) => void say({ kind: 'progress', progress }) };
  switch (job.kind) {
    case 'aptos':
      return importAptosFolder({ ...common, folder: job.folder, split: job.split, dataRoots: job.dataRoots });
    case 'fundus':
      return createFundusDataset({ ...common, imageSize: job.imageSize, classCounts: job.classCounts, holdout: job.split.holdout, seed: job.split.seed });
    default:
      return job satisfies never;
  }
}

async function work(value: unknown): Promise<void> {
  try {
    const job = parseWith(importJobSchema, value, { code: 'INTERNAL', what: 'import job' });
    const { contentId, classNames, report } = await build(job);
    await say({ kind: 'done', result: { contentId, classNames, split: job.split, report } });
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
