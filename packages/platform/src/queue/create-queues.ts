import { createErrorRecord, parseWith, type Logger } from '@eyegazer/core';
import { createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import { Pool } from 'pg';
import { z } from 'zod';

const attemptJobSchema = z.strictObject({ attemptId: z.string() });

/** A job is only a pointer; what is to be done is read by claiming the attempt. */
export type AttemptJob = z.infer<typeof attemptJobSchema>;

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
  /** A sign of life of what delivers. @throws AppError UNAVAILABLE */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const { Queue, Worker } = withBackend(createPostgresBackend);
type AttemptQueue = InstanceType<typeof Queue<AttemptJob>>;

/** Every consumer keeps one connection to hear of jobs. */
const poolSize = 10;
const jobName = 'attempt';

/** Opens BullMQ on PostgreSQL, in its own schema `bullmq`, which is brought up to date first. */
export async function createQueues({ databaseUrl, log }: { databaseUrl: string; log: Logger }): Promise<Queues> {
  // BullMQ's SQL names its tables without a schema.
  const connection = new Pool({ connectionString: databaseUrl, options: '-c search_path=bullmq', max: poolSize, keepAlive: true, connectionTimeoutMillis: 10_000 });
  // Every queue adds one listener to the pool, and there is a queue per worker.
  connection.setMaxListeners(0);
  const warn = (error: Error): void => log.warn({ error: error.message }, 'The queue lost its database connection');
  connection.on('error', warn);
  try {
    await migrateQueues(connection);
  } catch (error) {
    await connection.end();
    throw error;
  }

  const queues = new Map<string, AttemptQueue>();
  const consumers = new Set<Consumer>();

  function queueOf(workerId: string): AttemptQueue {
    const known = queues.get(workerId);
    if (known) return known;
    const queue: AttemptQueue = new Queue<AttemptJob>(queueName(workerId), { connection });
    queue.on('error', warn);
    queues.set(workerId, queue);
    return queue;
  }

  return {
    async publish(workerId, job) {
      // One try, and no trace afterwards: the attempt's row is the record.
      await queueOf(workerId).add(jobName, job, { jobId: job.attemptId, attempts: 1, removeOnComplete: true, removeOnFail: true });
    },

    async consume(workerId, { concurrency, handler }) {
      const ending = new AbortController();
      const worker = new Worker<AttemptJob>(
        queueName(workerId),
        async ({ data }) => handler(parseWith(attemptJobSchema, data, { what: 'job' }), ending.signal),
        { connection, concurrency },
      );
      worker.on('error', warn);
      worker.on('failed', (job, error) => log.error({ attemptId: job?.id, error: createErrorRecord(error) }, 'A job failed'));
      await worker.waitUntilReady();
      const consumer: Consumer = {
        async close() {
          if (!consumers.delete(consumer)) return;
          ending.abort();
          await worker.close();
        },
      };
      consumers.add(consumer);
      return consumer;
    },

    async ping() {
      await connection.query('SELECT 1');
    },

    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.close()));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await connection.end();
    },
  };
}

async function migrateQueues(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
}

function queueName(workerId: string): string {
  return `eyegazer-worker-${workerId}`;
}
