import { readdir } from 'node:fs/promises';
import { migrationsFolder } from './apply-migrations.js';
import type { Database } from './open-database.js';

/** How the database's tables stand to this program. */
export interface MigrationState {
  applied: string[];
  /** This program knows them, the database has them not. */
  pending: string[];
  /** The database has them, this program knows them not: it is older than the one that made them. */
  unknown: string[];
}

export async function readMigrationState({ prisma }: Database): Promise<MigrationState> {
  const entries = await readdir(migrationsFolder, { withFileTypes: true });
  const known = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  const rows = await prisma.$queryRaw<{ name: string }[]>`
    SELECT migration_name AS name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`;
  const applied = rows.map(({ name }) => name);
  return { applied, pending: known.filter((name) => !applied.includes(name)), unknown: applied.filter((name) => !known.includes(name)) };
}
