import { PrismaPg } from '@prisma/adapter-pg';
import type { Logger } from '@eyegazer/core';
import { Pool } from 'pg';
import { createStatementNames } from './create-statement-names.js';
import { Prisma, PrismaClient } from './generated/client.js';

/** A transaction, or the client itself where one statement is all. */
export type Tx = Prisma.TransactionClient;

export interface Database {
  prisma: PrismaClient;
  /** One transaction; thrown errors roll it back. `snapshot`: every statement sees the same moment. */
  transaction<T>(work: (tx: Tx) => Promise<T>, options?: { snapshot?: boolean }): Promise<T>;
  close(): Promise<void>;
}

/** Opens Prisma on a pool of its own; connects on first use. */
export function openDatabase({ url, log }: { url: string; log: Logger }): Database {
  const pool = new Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000 });
  pool.on('error', (error) => log.warn({ error: error.message }, 'An idle database connection was lost'));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { statementNameGenerator: createStatementNames() }) });
  return {
    prisma,
    transaction: (work, { snapshot = false } = {}) =>
      prisma.$transaction(work, {
        maxWait: 10_000,
        timeout: 30_000,
        ...(snapshot ? { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead } : {}),
      }),
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
