import type { Logger } from '@eyegazer/core';
import { createPostgresQueues } from './postgres-queues.js';
import type { Queues } from './queues.js';
import { createRedisQueues } from './redis-queues.js';

export interface QueueOptions {
  databaseUrl: string;
  /** Redis or Valkey, password included: never log it. Null: the queue lives in PostgreSQL. */
  redisUrl: string | null;
  /** A job that its consumer took and does not renew for so long is delivered again. */
  stalledAfterMs?: number;
  log: Logger;
}

/**
 * Opens BullMQ, on Redis when there is one, else on PostgreSQL.
 * @throws AppError UNAVAILABLE when the server cannot be used, BAD_REQUEST when the Redis URL cannot be read
 */
export function createQueues({ databaseUrl, redisUrl, stalledAfterMs = 30_000, log }: QueueOptions): Promise<Queues> {
  return redisUrl === null ? createPostgresQueues({ databaseUrl, stalledAfterMs, log }) : createRedisQueues({ redisUrl, stalledAfterMs, log });
}
