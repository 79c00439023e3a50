import { AppError, type Logger } from '@eyegazer/core';
import { Client, DatabaseError } from 'pg';
import { isDatabaseUnavailable } from '../db/database-errors.js';
import { lockSession } from '../postgres/lock-session.js';

/** One number for clean-up, backup and restore, whichever process they run in. */
const lockNumber = 1_701_734_765;
/** PostgreSQL: lock_timeout has passed. */
const lockNotAvailable = '55P03';

export interface MaintenanceLock {
  /** The connection that holds the lock. Do the work on it: when it breaks, the lock is gone, and the work fails with it. */
  client: Client;
  release(): Promise<void>;
}

/**
 * Backups share the lock; clean-up and restore have it alone. Null when others hold it for longer than `waitMs`.
 * @throws AppError UNAVAILABLE
 */
export async function takeMaintenanceLock(options: { databaseUrl: string; mode: 'shared' | 'alone'; waitMs: number; log: Logger }): Promise<MaintenanceLock | null> {
  const { databaseUrl, mode, waitMs, log } = options;
  const client = new Client({ connectionString: databaseUrl, keepAlive: true, keepAliveInitialDelayMillis: 30_000, connectionTimeoutMillis: 10_000 });
  client.on('error', (error) => log.warn({ error: error.message }, 'The connection of a maintenance task was lost'));
  const release = (): Promise<void> => client.end();
  try {
    await client.connect();
    await client.query(lockSession);
    // 0 would mean to wait for ever.
    await client.query(`SET lock_timeout = ${Math.max(1, Math.round(waitMs))}`);
    await client.query(`SELECT ${mode === 'shared' ? 'pg_advisory_lock_shared' : 'pg_advisory_lock'}($1)`, [lockNumber]);
    await client.query('SET lock_timeout = 0');
    return { client, release };
  } catch (cause) {
    await release();
    if (cause instanceof DatabaseError && cause.code === lockNotAvailable) return null;
    if (isDatabaseUnavailable(cause)) throw new AppError('UNAVAILABLE', 'The database does not answer; try again in a while.', { cause });
    throw cause;
  }
}
