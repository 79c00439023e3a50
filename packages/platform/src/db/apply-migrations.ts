/**
 * Applies the SQL of prisma/migrations with plain pg, in the way `prisma migrate deploy` would, so that neither start nor
 * tests need Prisma's command line (whose engine comes from outside the npm registry).
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, type Logger } from '@eyegazer/core';
import { Client } from 'pg';
import { refuseDatabase } from './assert-database-answers.js';
import { isDatabaseUnavailable } from './database-errors.js';

/** The migrations of this program. */
export const migrationsFolder = join(dirname(fileURLToPath(import.meta.url)), '../../../../prisma/migrations');

/** The number Prisma's own migrate command takes its advisory lock on: the two never run at once. */
const prismaMigrateLock = 72_707_369;

const createLedger = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

interface Migration {
  name: string;
  sql: string;
  /** sha256 of the file, as Prisma counts it. */
  checksum: string;
}

/**
 * Applies the migrations that the database does not have yet, each in a transaction, under a lock. Answers the names of
 * what it applied.
 * @throws AppError CONFLICT when an applied migration's file has changed or is missing here, UNAVAILABLE without a database
 */
export async function applyMigrations(options: { url: string; log: Logger; migrationsFolder?: string }): Promise<string[]> {
  const { url, log } = options;
  const migrations = await readMigrations(options.migrationsFolder ?? migrationsFolder);
  const client = new Client({ connectionString: url });
  client.on('error', (error) => log.error({ error: error.message }, 'The connection that applies migrations was lost'));
  try {
    await client.connect().catch((error: unknown) => {
      throw refuseDatabase(url, error);
    });
    await client.query('SELECT pg_advisory_lock($1)', [prismaMigrateLock]);
    await client.query(createLedger);
    const pending = await findPending(client, migrations);
    for (const migration of pending) {
      await applyOne(client, migration);
      log.info({ migration: migration.name }, 'Migration applied');
    }
    return pending.map(({ name }) => name);
  } catch (error) {
    if (!(error instanceof AppError) && isDatabaseUnavailable(error)) throw new AppError('UNAVAILABLE', `The database cannot be reached: ${(error as Error).message}`, { cause: error });
    throw error;
  } finally {
    // The lock goes with the connection.
    await client.end();
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  return Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(folder, name, 'migration.sql'));
      return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
    }),
  );
}

async function findPending(client: Client, migrations: Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  const applied = new Map(rows.map((row) => [row.migration_name, row.checksum]));
  for (const [name, checksum] of applied) {
    const here = migrations.find((migration) => migration.name === name);
    if (!here) throw new AppError('CONFLICT', `The database has the migration ${name}, which this version of Eyegazer does not know: it was made by a newer one. Update Eyegazer.`);
    if (here.checksum !== checksum) throw new AppError('CONFLICT', `The migration ${name} was changed after the database had applied it. Put the file back and make a new migration instead.`);
  }
  return migrations.filter(({ name }) => !applied.has(name));
}

async function applyOne(client: Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      'INSERT INTO "_prisma_migrations" (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, clock_timestamp(), $3, 1)',
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    // What failed here is the error to show, whatever the way back says.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
