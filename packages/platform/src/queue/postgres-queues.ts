import type { Logger } from '@eyegazer/core';
import { createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import { Pool } from 'pg';
import { guardService, orUnavailable } from '../guard-service.js';
import { createDelivery, queueNamePrefix, type JobWorkerSettings } from './delivery.js';
import { createQuietWarning } from './quiet-warning.js';
import type { AttemptJob, Consumer, Queues } from './queues.js';

const { Queue, Worker } = withBackend(createPostgresBackend);

/** Every consumer keeps one connection to hear of jobs. */
const poolSize = 10;

/** Opens BullMQ on PostgreSQL, in its own schema `bullmq`, which is brought up to date first. @throws AppError UNAVAILABLE */
export async function createPostgresQueues({ databaseUrl, stalledAfterMs, log }: { databaseUrl: string; stalledAfterMs: number; log: Logger }): Promise<Queues> {
  // BullMQ's SQL names its tables without a schema.
  const connection = new Pool({ connectionString: databaseUrl, options: '-c search_path=bullmq', max: poolSize, keepAlive: true, connectionTimeoutMillis: 10_000 });
  // Every queue adds one listener to the pool, and there is a queue per worker.
  connection.setMaxListeners(0);
  const warn = createQuietWarning(log, 'The queue has trouble with its database');
  connection.on('error', warn);
  try {
    await orUnavailable(() => migrateQueues(connection));
  } catch (error) {
    await connection.end();
    throw error;
  }

  async function openWorker(name: string, { process, onFailed, options }: JobWorkerSettings): Promise<Consumer> {
    const worker = new Worker<AttemptJob, void>(name, async ({ data }) => process(data), { connection, ...options });
    worker.on('error', warn);
    worker.on('failed', (job, error) => onFailed(job?.id, error));
    try {
      await worker.waitUntilReady();
    } catch (error) {
      await worker.close();
      throw error;
    }
    return { close: () => worker.close() };
  }

  const delivery = createDelivery({
    openQueue(name) {
      const queue = new Queue<AttemptJob>(name, { connection });
      queue.on('error', warn);
      return queue;
    },
    openWorker,
    stalledAfterMs,
    log,
  });

  return guardService<Queues>({
    publish: delivery.publish,
    consume: delivery.consume,
    async depth() {
      const { rows } = await connection.query<{ depth: number }>(`SELECT count(*)::int AS depth FROM job WHERE state = 'waiting' AND starts_with(queue, $1)`, [queueNamePrefix]);
      return rows[0]?.depth ?? 0;
    },
    async listWorkers() {
      const { rows } = await connection.query<{ queue: string }>('SELECT queue FROM meta WHERE starts_with(queue, $1) UNION SELECT queue FROM job WHERE starts_with(queue, $1)', [queueNamePrefix]);
      return rows.map(({ queue }) => queue.slice(queueNamePrefix.length));
    },
    forget: delivery.forget,
    async ping() {
      await connection.query('SELECT 1');
    },
    async close() {
      await delivery.close();
      await connection.end();
    },
  });
}

async function migrateQueues(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
}
