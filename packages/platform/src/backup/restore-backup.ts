import { AppError, type ArtifactStore, type Logger } from '@eyegazer/core';
import { orUnavailable } from '../guard-service.js';
import { takeMaintenanceLock } from '../maintenance/maintenance-lock.js';
import type { BackupManifest } from './backup-format.js';
import { assertEmpty, loadTables } from './load-tables.js';
import { readBackup } from './read-backup.js';
import { carriedTables, readColumns, readMigrations } from './tables.js';

const waitMs = 30_000;

export interface RestoreReport {
  rows: number;
  artifacts: number;
  /** Of the artifacts. */
  byteLength: number;
  /** Artifacts that the backup did not have, because they were lost before it was made. */
  lost: number;
}

/**
 * Puts a backup into a database that holds no datasets, models and experiments, and its artifacts into the store. The
 * database changes in one transaction, once everything has been read and every checksum was right.
 * @throws AppError CONFLICT, BAD_FILE, UNSUPPORTED for a backup of a newer Eyegazer, UNAVAILABLE, and what the input throws
 */
export async function restoreBackup(input: AsyncIterable<Uint8Array>, options: { databaseUrl: string; store: ArtifactStore; log: Logger }): Promise<RestoreReport> {
  const { databaseUrl, store, log } = options;
  const lock = await takeMaintenanceLock({ databaseUrl, mode: 'alone', waitMs, log });
  if (lock === null) throw new AppError('UNAVAILABLE', 'A backup, a clean-up or another restore is under way; try again in a few minutes.');
  const { client } = lock;
  try {
    await assertEmpty(client);
    const known = { migrations: await readMigrations(client), columns: await readColumns(client) };
    const backup = await readBackup(input, { store, accept: (manifest) => assertKnown(manifest, known) });
    const rows = await orUnavailable(() => loadTables(client, { backup, store }));
    const { count, byteLength } = backup.manifest.artifacts;
    const report = { rows, artifacts: count, byteLength, lost: backup.lost };
    log.info({ ...report, createdAt: backup.manifest.createdAt }, 'Backup restored');
    return report;
  } finally {
    await lock.release();
  }
}

/** @throws AppError UNSUPPORTED, BAD_FILE */
function assertKnown({ migrations, tables }: BackupManifest, known: { migrations: string[]; columns: Map<string, string[]> }): void {
  const newer = migrations.find((name) => !known.migrations.includes(name));
  if (newer !== undefined) throw new AppError('UNSUPPORTED', `The backup has the database change ${newer}, which this Eyegazer does not know: a newer one has made it. Update Eyegazer first.`);
  let place = -1;
  for (const { name, columns } of tables) {
    const found = carriedTables.findIndex((table) => table.name === name);
    if (found <= place) throw new AppError('BAD_FILE', `Expected the tables of a backup in their order, each once, got ${name} in its place.`);
    place = found;
    const strange = columns.find((column) => !known.columns.get(name)?.includes(column));
    if (strange !== undefined) throw new AppError('BAD_FILE', `The backup has a column ${name}.${strange}, which there is not.`);
  }
}
