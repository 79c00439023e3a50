import { AppError, createErrorRecord, type ErrorRecord, type Logger } from '@eyegazer/core';
import { retryWhileUnavailable } from '@eyegazer/platform';
import type { ImportJob, ImportKind } from './import-messages.js';
import { createProgressWriter } from './progress-writer.js';
import { runImportProcess, type ImportProcess } from './run-import-process.js';

/** An import as the database knows it. */
export interface ImportRecord<P, R> {
  id: string;
  name: string;
  /** @throws AppError NOT_FOUND when it was deleted, ILLEGAL_TRANSITION when it counts as failed; either ends the import */
  saveProgress(progress: P): Promise<void>;
  finish(result: R): Promise<unknown>;
  fail(error: ErrorRecord): Promise<unknown>;
  /** What it fails of when the API ends; null: it goes on when the API is back. */
  whenShutDown: string | null;
}

export interface ImportRuns {
  /** Runs a job in a process of its own and records its progress and its end. A former process of the same import ends first, and records nothing more. */
  launch<P, R>(record: ImportRecord<P, R>, job: ImportJob, kind: ImportKind<P, R>): void;
  isRunning(id: string): boolean;
  /** Resolves when an import has ended here, well or not; at once when none runs. */
  whenEnded(id: string): Promise<void>;
  /** Ends an import whose record is gone. */
  stop(id: string): Promise<void>;
  /** Ends all of them, which then count as failed unless they go on later. */
  close(): Promise<void>;
}

interface Running {
  stop(): Promise<void>;
  /** The record is another's from now on: ends the process and tells nobody. */
  giveWay(): Promise<void>;
  ended: Promise<void>;
}

/**
 * The imports of this process.
 * @param options.heartbeatMs how often progress is saved again that is still the newest: an import that another process has
 *   cancelled or deleted learns of it also where it has nothing to say for minutes
 */
export function createImportRuns({ log, heartbeatMs = 5000 }: { log: Logger; heartbeatMs?: number }): ImportRuns {
  const running = new Map<string, Running>();
  const ending = new AbortController();
  const { signal } = ending;

  function launch<P, R>(record: ImportRecord<P, R>, job: ImportJob, kind: ImportKind<P, R>): void {
    const { id, name } = record;
    const former = running.get(id);
    let child: ImportProcess<R> | null = null;
    let isStopped = false;
    let isOver = false;
    const stop = async (): Promise<void> => {
      isStopped = true;
      await child?.stop();
    };
    const writer = createProgressWriter<P>(async (progress) => {
      if (isOver) return;
      await record.saveProgress(progress).catch((error: unknown) => {
        if (!isTakenAway(error)) throw error;
        void stop();
      });
    }, { log, repeatMs: heartbeatMs });

    async function run(): Promise<R> {
      await former?.giveWay();
      if (isStopped) throw new AppError('CANCELLED', 'The import was stopped.');
      child = runImportProcess(job, { kind, log, onProgress: (progress) => writer.write(progress) });
      log.info({ import: name, pid: child.pid }, 'import started');
      return child.result;
    }
    async function end(write: () => Promise<unknown>, tell: () => void): Promise<void> {
      await writer.close();
      if (isOver) return;
      await retryWhileUnavailable(write, { signal, log });
      tell();
    }
    const ended = run()
      .then(
        (result) => end(() => record.finish(result), () => log.info({ import: name }, 'import ready')),
        (error: unknown) => {
          const { whenShutDown } = record;
          if (signal.aborted && whenShutDown === null) return end(() => Promise.resolve(), () => log.info({ import: name }, 'import interrupted; it goes on with the next start'));
          const reason = signal.aborted && whenShutDown !== null ? new AppError('CANCELLED', whenShutDown) : error;
          return end(() => record.fail(createErrorRecord(reason)), () => log.warn({ import: name, error: String(reason) }, 'import failed'));
        },
      )
      .catch((error: unknown) => {
        if (isTakenAway(error)) log.info({ import: name }, 'import ended, because it was deleted or had failed before');
        else log.error({ import: name, error: String(error) }, 'the end of an import could not be recorded');
      })
      .finally(() => {
        if (running.get(id) === mine) running.delete(id);
      });
    const mine: Running = {
      stop,
      async giveWay() {
        isOver = true;
        await stop();
        await ended;
      },
      ended,
    };
    running.set(id, mine);
  }

  const stop = async (id: string): Promise<void> => {
    const found = running.get(id);
    await found?.stop();
    await found?.ended;
  };

  return {
    launch,
    isRunning: (id) => running.has(id),
    whenEnded: async (id) => running.get(id)?.ended,
    stop,
    async close() {
      ending.abort();
      await Promise.all([...running.keys()].map(stop));
    },
  };
}

/** It was deleted, or another process has found nobody at work on it and told that it failed. */
function isTakenAway(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'NOT_FOUND' || error.code === 'ILLEGAL_TRANSITION');
}
