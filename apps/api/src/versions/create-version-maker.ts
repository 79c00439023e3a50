import { Worker } from 'node:worker_threads';
import { AppError, type Logger } from '@eyegazer/core';
import type { MadeVersion } from '@eyegazer/data';
import type { VersionJob, VersionReply, VersionRequest, VersionThreadData } from './version-messages.js';

/** Makes versions of datasets, or counts what they would hold, without holding up anything else. */
export interface VersionMaker {
  /** @throws AppError BAD_DATASET for choices that do not fit, NOT_FOUND, CORRUPT_ARTIFACT, FORBIDDEN, TOO_MANY_REQUESTS while very many wait */
  make(job: VersionJob): Promise<MadeVersion>;
  /** Resolves when its thread is gone. */
  close(): Promise<void>;
}

/** The index of a large dataset is not kept for longer after the last question. */
const longestIdleMs = 300_000;
/** They are made one after the other, and each may hold a megabyte of ids. */
const mostWaiting = 50;

interface Outcome {
  resolve(made: MadeVersion): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  waiting: Map<number, Outcome>;
}

/** The thread starts with the first question. */
export function createVersionMaker({ log, ...workerData }: VersionThreadData & { log: Logger }): VersionMaker {
  let thread: Thread | null = null;
  let idle: NodeJS.Timeout | undefined;
  let nextTicket = 0;

  function start(): Thread {
    const worker = new Worker(new URL('./version-thread.js', import.meta.url), { workerData, execArgv: [] });
    const mine: Thread = { worker, waiting: new Map() };
    const end = (error: AppError): void => {
      if (thread === mine) thread = null;
      for (const { reject } of mine.waiting.values()) reject(error);
      mine.waiting.clear();
    };
    worker.on('message', (reply: VersionReply) => {
      const outcome = mine.waiting.get(reply.ticket);
      mine.waiting.delete(reply.ticket);
      if (mine.waiting.size === 0) idle = setTimeout(() => retire(mine), longestIdleMs).unref();
      if ('answer' in reply) return outcome?.resolve(reply.answer);
      const { code, message, path, details } = reply.error;
      outcome?.reject(new AppError(code, message, { ...(path === undefined ? {} : { path }), ...(details === undefined ? {} : { details }) }));
    });
    worker.on('error', (cause) => {
      log.error({ error: cause.message }, 'the thread that makes versions died');
      end(new AppError('INTERNAL', `Making the version failed: ${cause.message}.`, { cause }));
    });
    worker.on('exit', () => end(new AppError('UNAVAILABLE', 'Eyegazer is shutting down. Ask again when it is back.')));
    worker.unref();
    return mine;
  }

  /** Whoever asks while it ends gets another one. */
  function retire(mine: Thread): void {
    if (thread === mine) thread = null;
    void mine.worker.terminate();
  }

  return {
    make: (job) =>
      new Promise((resolve, reject) => {
        clearTimeout(idle);
        thread ??= start();
        if (thread.waiting.size >= mostWaiting) throw new AppError('TOO_MANY_REQUESTS', `${mostWaiting} versions are being made or counted already, one after the other. Try again in a few seconds.`);
        thread.waiting.set(nextTicket, { resolve, reject });
        thread.worker.postMessage({ ticket: nextTicket, job } satisfies VersionRequest);
        nextTicket += 1;
      }),
    async close() {
      clearTimeout(idle);
      await thread?.worker.terminate();
    },
  };
}
