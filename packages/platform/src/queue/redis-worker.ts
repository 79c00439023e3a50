import { Worker } from 'bullmq';
import type { JobWorkerSettings } from './delivery.js';
import type { AttemptJob, Consumer } from './queues.js';
import type { RedisAddress } from './redis-address.js';
import { connectRedis, endRedis, untilSettled, waitForServer } from './redis-connection.js';

/** How long a server may take to hear that a handler is done while its consumer closes. */
const lastWordMs = 1500;

export interface RedisWorkerOptions extends JobWorkerSettings {
  address: RedisAddress;
  prefix: string;
  onError: (error: Error) => void;
}

/** A BullMQ Worker with its two connections: one for commands, one that waits for jobs. @throws AppError UNAVAILABLE */
export async function openRedisWorker(name: string, { address, prefix, onError, process, onFailed, options }: RedisWorkerOptions): Promise<Consumer> {
  const connection = await connectRedis(address, { options: waitForServer, onError });
  const running = new Set<Promise<void>>();
  const worker = new Worker<AttemptJob, void>(
    name,
    ({ data }) => {
      const work = process(data).finally(() => running.delete(work));
      running.add(work);
      return work;
    },
    { connection: connection.redis, prefix, skipVersionCheck: true, ...options },
  );
  worker.on('error', onError);
  worker.on('failed', (job, error) => onFailed(job?.id, error));
  try {
    await worker.waitUntilReady();
  } catch (error) {
    connection.giveUp();
    await worker.close();
    await endRedis(connection);
    throw error;
  }
  const blocking = await worker.getBackend().blockingClient;
  return {
    async close() {
      connection.giveUp();
      await untilSettled(connection.redis);
      if (blocking) await untilSettled(blocking);
      const closed = worker.close();
      await Promise.allSettled(running);
      // A server that stands still would be waited for: the job stays in the queue then, and is delivered again.
      const timer = setTimeout(() => connection.redis.disconnect(), lastWordMs);
      await closed;
      clearTimeout(timer);
      await endRedis(connection);
    },
  };
}
