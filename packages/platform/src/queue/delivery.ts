/**
 * What both backends have in common: how attempts become BullMQ jobs, and how their handlers are run and ended.
 */
import { createErrorRecord, parseWith, type Logger } from '@eyegazer/core';
import type { JobsOptions } from 'bullmq';
import { attemptJobSchema, type AttemptJob, type ConsumeOptions, type Consumer, type PublishedAttempt } from './queues.js';

/** The part of a BullMQ Queue that is used here; its type differs from backend to backend. */
export interface JobQueue {
  add(name: string, job: AttemptJob, options: JobsOptions): Promise<unknown>;
  obliterate(options: { force: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** What both backends set on a BullMQ Worker. */
export interface JobWorkerOptions {
  concurrency: number;
  /** ms */
  lockDuration: number;
  /** ms */
  stalledInterval: number;
  /** ms; BullMQ's own 15 s would be the pause after a server that was away for a moment */
  runRetryDelay: number;
}

export interface JobWorkerSettings {
  process: (data: unknown) => Promise<void>;
  onFailed: (attemptId: string | undefined, error: Error) => void;
  options: JobWorkerOptions;
}

export interface DeliveryParts {
  openQueue(name: string): JobQueue;
  /** Resolves once it takes jobs. */
  openWorker(name: string, settings: JobWorkerSettings): Promise<Consumer>;
  /**
   * A job that was taken and not renewed for so long is delivered again, ms. BullMQ's own 30 s: a killed worker's attempts are
   * ended by its next start or by its silence, and a claimed attempt that comes again is left alone, so this concerns only
   * the moment between delivery and claim. Shorter, and a worker that stands still for a while gets its own jobs twice.
   */
  stalledAfterMs: number;
  log: Logger;
}

export interface Delivery {
  publish(workerId: string, attempt: PublishedAttempt): Promise<void>;
  consume(workerId: string, options: ConsumeOptions): Promise<Consumer>;
  forget(workerId: string): Promise<void>;
  /** Ends consumers and queues; connections are the backend's own. */
  close(): Promise<void>;
}

export const queueNamePrefix = 'eyegazer-worker-';
const jobName = 'attempt';
const runRetryDelayMs = 1000;

export function createDelivery({ openQueue, openWorker, stalledAfterMs, log }: DeliveryParts): Delivery {
  const queues = new Map<string, JobQueue>();
  const consumers = new Set<Promise<Consumer>>();

  function queueOf(workerId: string): JobQueue {
    const queue = queues.get(workerId) ?? openQueue(queueNamePrefix + workerId);
    queues.set(workerId, queue);
    return queue;
  }

  async function openConsumer(workerId: string, { concurrency, handler }: ConsumeOptions): Promise<Consumer> {
    const ending = new AbortController();
    const worker = await openWorker(queueNamePrefix + workerId, {
      process: (data) => handler(parseWith(attemptJobSchema, data, { what: 'job' }), ending.signal),
      onFailed: (attemptId, error) => log.error({ attemptId, error: createErrorRecord(error) }, 'A job failed'),
      options: { concurrency, lockDuration: stalledAfterMs, stalledInterval: stalledAfterMs, runRetryDelay: runRetryDelayMs },
    });
    let closed: Promise<void> | null = null;
    return {
      close() {
        ending.abort();
        closed ??= worker.close();
        return closed;
      },
    };
  }

  return {
    async publish(workerId, { attemptId, priority }) {
      const queue = queueOf(workerId);
      try {
        // One try, and no trace afterwards: the attempt's row is the record.
        const options = { jobId: attemptId, priority: toJobPriority(priority), attempts: 1, removeOnComplete: true, removeOnFail: true };
        await queue.add(jobName, { attemptId }, options);
      } catch (error) {
        // One whose opening failed would fail for ever: the next publish opens another.
        queues.delete(workerId);
        void queue.close().catch(() => undefined);
        throw error;
      }
    },

    consume(workerId, options) {
      const opening = openConsumer(workerId, options);
      consumers.add(opening);
      return opening;
    },

    async forget(workerId) {
      const queue = queueOf(workerId);
      queues.delete(workerId);
      try {
        await queue.obliterate({ force: true });
      } finally {
        await queue.close();
      }
    },

    async close() {
      // One that is still being opened too: it would take jobs for ever.
      const opened = await Promise.allSettled(consumers);
      await Promise.all(opened.map(async (result) => result.status === 'fulfilled' && result.value.close()));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

const highestPriority = 1000;

/** -1000 to 1000, where higher is sooner -> BullMQ's 1 to 2^21, where lower is sooner (and 0 would pass them all). */
function toJobPriority(priority: number): number {
  return highestPriority + 1 - priority;
}
