import { AppError, type Logger } from '@eyegazer/core';

/**
 * Applies the SQL of `prisma/migrations` that the database does not have yet, each in a transaction, under a lock, into
 * Prisma's own `_prisma_migrations` table. Answers the names of what it applied.
 * @throws AppError CONFLICT when an applied migration's file has changed or the database is newer than these files
 */
export async function applyMigrations(_options: { url: string; log: Logger; migrationsFolder?: string }): Promise<string[]> {
  throw new AppError('UNSUPPORTED');
}
