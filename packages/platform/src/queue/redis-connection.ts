import { once } from 'node:events';
import { Redis, type RedisOptions } from 'ioredis';
import { showRedisAddress, type RedisAddress } from './redis-address.js';
import { describeRedisError } from './redis-errors.js';

/** A client and all its duplicates, which BullMQ makes. */
export interface RedisConnection {
  redis: Redis;
  /** Why it is not connected; null while it is. */
  trouble(): Error | null;
  /** From now on a lost connection is not tried again: what waits for it ends. */
  giveUp(): void;
}

const connectTimeoutMs = 4000;
/** How long the server may take to close its half of a connection. */
const disconnectTimeoutMs = 500;
/** Long enough to let a server come up, short enough for `close` to see the end of it. */
const longestRetryMs = 1000;
/**
 * A placement round that waits for a server longer than a few seconds would look to the next one as if no placer had run,
 * and lost workers would never be found.
 */
const commandTimeoutMs = 3000;

/** For those who publish: what cannot be done now fails, and is done again by whoever wants it. */
export const failFast: RedisOptions = { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: commandTimeoutMs };

/** For those who consume: commands wait until the server is back. */
export const waitForServer: RedisOptions = { maxRetriesPerRequest: null };

/** @throws AppError UNAVAILABLE that says which server and what is wrong with it */
export async function connectRedis(address: RedisAddress, { options, onError }: { options: RedisOptions; onError: (error: Error) => void }): Promise<RedisConnection> {
  const { tls, ...rest } = address;
  let givenUp = false;
  let trouble: Error | null = null;
  const redis = new Redis({
    ...rest,
    ...(tls ? { tls: {} } : {}),
    ...options,
    lazyConnect: true,
    disableClientInfo: true,
    connectTimeout: connectTimeoutMs,
    disconnectTimeout: disconnectTimeoutMs,
    keepAlive: 10_000,
    retryStrategy: (times) => (givenUp ? null : Math.min(50 * times, longestRetryMs)),
  });
  redis.on('error', (error: Error) => {
    trouble = error;
    onError(error);
  });
  redis.on('ready', () => (trouble = null));
  try {
    await redis.connect();
  } catch (error) {
    // It says only that the connection was closed; why, the event has said before.
    givenUp = true;
    redis.disconnect();
    throw describeRedisError(trouble ?? error, showRedisAddress(address));
  }
  return { redis, trouble: () => trouble, giveUp: () => void (givenUp = true) };
}

/** What of a client, or of BullMQ's wrapping of one, says how it stands. */
export interface RedisStatus {
  status: string;
  on(event: 'ready' | 'end', listener: () => void): unknown;
  off(event: 'ready' | 'end', listener: () => void): unknown;
}

/**
 * Resolves when a client that was given up is either connected or will never be again. One that is about to try again must
 * not be disconnected: it would never end, nor what waits for it.
 */
export async function untilSettled(redis: RedisStatus): Promise<void> {
  if (redis.status === 'ready' || redis.status === 'end') return;
  await new Promise<void>((resolve) => {
    const settle = (): void => {
      redis.off('ready', settle);
      redis.off('end', settle);
      resolve();
    };
    redis.on('ready', settle);
    redis.on('end', settle);
  });
}

/** Ends a connection; resolves when it is closed. */
export async function endRedis({ redis, giveUp }: RedisConnection): Promise<void> {
  giveUp();
  await untilSettled(redis);
  if (redis.status === 'end') return;
  const ended = once(redis, 'end');
  redis.disconnect();
  await ended;
}
