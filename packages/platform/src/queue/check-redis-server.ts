import { AppError, type Logger } from '@eyegazer/core';
import type { Redis } from 'ioredis';

/** BullMQ runs without complaint from here on. Valkey and others name the Redis version that they are compatible with. */
const oldestVersion = [6, 2] as const;

/**
 * Looks at a connected server once: BullMQ would do so for every queue, and say on the console what belongs into the log.
 * @throws AppError UNAVAILABLE when it is too old
 */
export async function checkRedisServer(redis: Redis, { server, log }: { server: string; log: Logger }): Promise<void> {
  const info = await redis.info();
  const version = /^redis_version:(.*)$/m.exec(info)?.[1]?.trim() ?? 'unknown';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1])) {
    throw new AppError('UNAVAILABLE', `Redis at ${server}: expected version ${oldestVersion.join('.')} or newer, got ${version}. Upgrade it, or name another in REDIS_URL.`);
  }
  const policy = /^maxmemory_policy:(.*)$/m.exec(info)?.[1]?.trim();
  if (policy !== undefined && policy !== 'noeviction') {
    log.warn({ server, maxmemoryPolicy: policy }, `Redis at ${server} may throw jobs away when its memory is full: set its maxmemory-policy to noeviction, it is ${policy}`);
  }
}
