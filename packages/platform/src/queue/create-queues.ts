import { AppError, type Logger } from '@eyegazer/core';

/** A job is only a pointer; what is to be done is read by claiming the attempt. */
export interface AttemptJob {
  attemptId: string;
}

export interface ConsumeOptions {
  /** Jobs at once: the worker's devices. */
  concurrency: number;
  /** Claims and runs the attempt. What it throws fails the job, which is never retried here: retries are the experiment's. */
  handler: (job: AttemptJob, signal: AbortSignal) => Promise<void>;
}

export interface Consumer {
  /** Takes no more jobs, aborts the handlers' signals and waits for them. */
  close(): Promise<void>;
}

/** Delivery of attempts to workers, each with its own queue. */
export interface Queues {
  /** The attempt id is the job's id: publishing it again changes nothing while the job is there. */
  publish(workerId: string, job: AttemptJob): Promise<void>;
  consume(workerId: string, options: ConsumeOptions): Promise<Consumer>;
  close(): Promise<void>;
}

/** Opens BullMQ on PostgreSQL, in a schema of its own, which is brought up to date first. */
export async function createQueues(_options: { databaseUrl: string; log: Logger }): Promise<Queues> {
  throw new AppError('UNSUPPORTED');
}
