import type { Logger } from '@eyegazer/core';
import { Queue } from 'bullmq';
import { checkRedisServer } from './check-redis-server.js';
import { createDelivery, queueNamePrefix } from './delivery.js';
import { createQuietWarning } from './quiet-warning.js';
import type { AttemptJob, Queues } from './queues.js';
import { parseRedisUrl, showRedisAddress } from './redis-address.js';
import { connectRedis, endRedis, failFast } from './redis-connection.js';
import { describeRedisError } from './redis-errors.js';
import { openRedisWorker } from './redis-worker.js';

/** Of all our keys. BullMQ puts it before its own; the client's `keyPrefix` would break its scripts. */
const prefix = 'eyegazer';
/** Set of the ids of workers whose queue holds jobs. */
const busyKey = `${prefix}:busy-workers`;
/** BullMQ's log of what happened in a queue, which nobody reads here; it would keep 10,000 entries per worker. */
const keptEvents = 100;

/** Counts what waits, and forgets the workers with nothing left; one script, so that no publish comes in between. */
const depthScript = `
local depth = 0
for _, worker in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local queue = ARGV[1] .. worker
  local waiting = redis.call('LLEN', queue .. ':wait') + redis.call('ZCARD', queue .. ':prioritized')
  if waiting + redis.call('LLEN', queue .. ':active') == 0 then redis.call('SREM', KEYS[1], worker) end
  depth = depth + waiting
end
return depth`;

/**
 * Opens BullMQ on Redis or Valkey: one connection to publish, and two for every consumer.
 * @throws AppError BAD_REQUEST when the URL cannot be read, UNAVAILABLE when the server cannot be used
 */
export async function createRedisQueues({ redisUrl, stalledAfterMs, log }: { redisUrl: string; stalledAfterMs: number; log: Logger }): Promise<Queues> {
  const address = parseRedisUrl(redisUrl);
  const server = showRedisAddress(address);
  const warn = createQuietWarning(log, `The queue has trouble with Redis at ${server}`);
  const publishing = await connectRedis(address, { options: failFast, onError: warn });
  const { redis } = publishing;

  async function orDescribed<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // The server is there and says nothing, or the way to it is gone without a word: only a new connection can tell.
      if (error instanceof Error && error.message === 'Command timed out') redis.disconnect(true);
      throw describeRedisError(publishing.trouble() ?? error, server);
    }
  }

  try {
    await orDescribed(() => checkRedisServer(redis, { server, log }));
  } catch (error) {
    await endRedis(publishing);
    throw error;
  }

  const delivery = createDelivery({
    openQueue(name) {
      const queue = new Queue<AttemptJob>(name, { connection: redis, prefix, skipVersionCheck: true, skipWaitingForReady: true, streams: { events: { maxLen: keptEvents } } });
      queue.on('error', warn);
      return queue;
    },
    openWorker: (name, settings) => openRedisWorker(name, { ...settings, address, prefix, onError: warn }),
    stalledAfterMs,
    log,
  });

  return {
    publish: (workerId, attempt) =>
      orDescribed(async () => {
        await delivery.publish(workerId, attempt);
        await redis.sadd(busyKey, workerId);
      }),
    consume: (workerId, options) => orDescribed(() => delivery.consume(workerId, options)),
    depth: () => orDescribed(async () => Number(await redis.eval(depthScript, 1, busyKey, `${prefix}:${queueNamePrefix}`))),
    listWorkers: () =>
      orDescribed(async () => {
        const [before, after] = [`${prefix}:${queueNamePrefix}`, ':meta'];
        const workerIds = new Set<string>();
        for await (const keys of redis.scanStream({ match: `${before}*${after}`, count: 1000 }) as AsyncIterable<string[]>) {
          for (const key of keys) workerIds.add(key.slice(before.length, -after.length));
        }
        return [...workerIds];
      }),
    forget: (workerId) =>
      orDescribed(async () => {
        await delivery.forget(workerId);
        await redis.srem(busyKey, workerId);
      }),
    ping: () => orDescribed(async () => void (await redis.ping())),
    async close() {
      await delivery.close();
      await endRedis(publishing);
    },
  };
}
