import { z } from 'zod';

export const attemptJobSchema = z.strictObject({ attemptId: z.string() });

/** A job is only a pointer; what is to be done is read by claiming the attempt. */
export type AttemptJob = z.infer<typeof attemptJobSchema>;

export interface PublishedAttempt {
  attemptId: string;
  /** The experiment's `resources.priority`: among the jobs that wait for one worker the higher is delivered first, then the older. */
  priority: number;
}

export interface ConsumeOptions {
  /** Jobs at once: the worker's devices. */
  concurrency: number;
  /** Claims and runs the attempt. What it throws fails the job, which is never retried here: retries are the experiment's. */
  handler: (job: AttemptJob, signal: AbortSignal) => Promise<void>;
}

export interface Consumer {
  /** Takes no more jobs, aborts the handlers' signals and waits for them; without the server too. */
  close(): Promise<void>;
}

/**
 * Delivery of attempts to workers, each with its own queue, at least once: a consumer goes on by itself when its server was
 * away, and a job whose consumer was killed is delivered again. Every method throws AppError UNAVAILABLE when the server
 * does not answer.
 */
export interface Queues {
  /** The attempt id is the job's id: publishing it again changes nothing while the job is there. */
  publish(workerId: string, attempt: PublishedAttempt): Promise<void>;
  consume(workerId: string, options: ConsumeOptions): Promise<Consumer>;
  /** Jobs of all workers that no consumer has taken yet. */
  depth(): Promise<number>;
  /** Ids of the workers that have a queue, be it empty. */
  listWorkers(): Promise<string[]>;
  /** Removes a worker's queue and every job in it. The next publish makes it anew, for a consumer that is still there too. */
  forget(workerId: string): Promise<void>;
  /** A sign of life of what delivers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
