import { AppError, createErrorRecord, type ErrorRecord, type Logger } from '@eyegazer/core';
import { retryWhileUnavailable } from '@eyegazer/platform';
import type { ImportJob, ImportKind } from './import-messages.js';
import { createProgressWriter } from './progress-writer.js';
import { runImportProcess } from './run-import-process.js';

/** An import as the database knows it. */
export interface ImportRecord<P, R> {
  id: string;
  name: string;
  /** @throws AppError NOT_FOUND when it was deleted, which ends the import */
  saveProgress(progress: P): Promise<void>;
  finish(result: R): Promise<unknown>;
  fail(error: ErrorRecord): Promise<unknown>;
  /** What it fails of when the API ends. */
  whenShutDown: string;
}

export interface ImportRuns {
  /** Runs a job in a process of its own and records its progress and its end. */
  launch<P, R>(record: ImportRecord<P, R>, job: ImportJob, kind: ImportKind<P, R>): void;
  isRunning(id: string): boolean;
  /** Resolves when an import has ended here, well or not; at once when none runs. */
  whenEnded(id: string): Promise<void>;
  /** Ends an import whose record is gone. */
  stop(id: string): Promise<void>;
  /** Ends all of them, which then count as failed. */
  close(): Promise<void>;
}

interface Running {
  stop(): Promise<void>;
  ended: Promise<void>;
}

/** The imports of this process. */
export function createImportRuns({ log }: { log: Logger }): ImportRuns {
  const running = new Map<string, Running>();
  const ending = new AbortController();
  const { signal } = ending;

  async function run<P, R>(record: ImportRecord<P, R>, job: ImportJob, kind: ImportKind<P, R>): Promise<void> {
    const { id, name } = record;
    let stop = (): void => undefined;
    const writer = createProgressWriter<P>(async (progress) => {
      await record.saveProgress(progress).catch((error: unknown) => {
        if (!isGone(error)) throw error;
        stop();
      });
    }, log);
    const process = runImportProcess(job, { kind, log, onProgress: (progress) => writer.write(progress) });
    stop = () => void process.stop();
    log.info({ import: name, pid: process.pid }, 'import started');
    const end = async (write: () => Promise<unknown>): Promise<void> => {
      await writer.close();
      await retryWhileUnavailable(write, { signal, log });
    };
    const ended = process.result
      .then(
        async (result) => {
          await end(() => record.finish(result));
          log.info({ import: name }, 'import ready');
        },
        async (error: unknown) => {
          const reason = signal.aborted ? new AppError('CANCELLED', record.whenShutDown) : error;
          await end(() => record.fail(createErrorRecord(reason)));
          log.warn({ import: name, error: String(reason) }, 'import failed');
        },
      )
      .catch((error: unknown) => {
        if (isGone(error)) log.info({ import: name }, 'import ended, because it was deleted');
        else log.error({ import: name, error: String(error) }, 'the end of an import could not be recorded');
      })
      .finally(() => running.delete(id));
    running.set(id, { stop: () => process.stop(), ended });
    await ended;
  }

  const stop = async (id: string): Promise<void> => {
    const found = running.get(id);
    await found?.stop();
    await found?.ended;
  };

  return {
    launch: (record, job, kind) => void run(record, job, kind),
    isRunning: (id) => running.has(id),
    whenEnded: async (id) => running.get(id)?.ended,
    stop,
    async close() {
      ending.abort();
      await Promise.all([...running.keys()].map(stop));
    },
  };
}

function isGone(error: unknown): boolean {
  return error instanceof AppError && error.code === 'NOT_FOUND';
}
