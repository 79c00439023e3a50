import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { AppError } from '@eyegazer/core';
import type { AnalysedImage, ImageReply, ImageRequest, ImageThreadData } from './image-messages.js';

/** Threads that decode and analyse images, which takes all the time of an import. */
export interface ImageThreads {
  /** Images that may be asked for at once: one in work and one at hand for every thread. */
  readonly concurrency: number;
  /** @throws AppError BAD_FILE when it is no whole image */
  analyse(bytes: Uint8Array): Promise<AnalysedImage>;
  /** Resolves when the threads are gone. */
  close(): Promise<void>;
}

/** Each holds a decoded image. */
const mostThreads = 8;

interface Outcome {
  resolve(image: AnalysedImage): void;
  reject(error: unknown): void;
}

export function createImageThreads(): ImageThreads {
  const workerData: ImageThreadData = { turn: new Int32Array(new SharedArrayBuffer(4)) };
  const threads = Array.from({ length: Math.min(availableParallelism(), mostThreads) }, () => startThread(workerData));
  return {
    concurrency: threads.length * 2,
    analyse(bytes) {
      return threads.reduce((least, thread) => (thread.waiting.size < least.waiting.size ? thread : least)).analyse(bytes);
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

function startThread(workerData: ImageThreadData): { waiting: ReadonlyMap<number, Outcome>; analyse(bytes: Uint8Array): Promise<AnalysedImage>; close(): Promise<void> } {
  const worker = new Worker(new URL('./image-thread.js', import.meta.url), { workerData, execArgv: [] });
  const waiting = new Map<number, Outcome>();
  let nextTicket = 0;
  let failure: AppError | null = null;
  const fail = (error: AppError): void => {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  const send = (request: ImageRequest): void => worker.postMessage(request);
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  void gone.then(() => fail(new AppError('INTERNAL', 'A thread that reads images ended before its work was done.')));
  worker.on('error', (cause) => fail(new AppError('INTERNAL', `A thread that reads images died: ${cause.message}`, { cause })));
  worker.on('message', (reply: ImageReply) => {
    const outcome = waiting.get(reply.ticket);
    waiting.delete(reply.ticket);
    if ('image' in reply) outcome?.resolve(reply.image);
    else outcome?.reject(new AppError(reply.error.code, reply.error.message));
  });
  return {
    waiting,
    analyse: (bytes) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        waiting.set(nextTicket, { resolve, reject });
        send({ ticket: nextTicket++, bytes });
      }),
    async close() {
      send(null);
      await gone;
    },
  };
}
