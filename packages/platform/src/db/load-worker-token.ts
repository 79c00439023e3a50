import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { Logger } from '@eyegazer/core';
import { orUnavailable } from '../guard-service.js';
import { openDatabase } from './open-database.js';
import { createTokenRepository } from './token-repository.js';

/**
 * The token of the worker that starts together with its server, kept in a file that only its owner can read. A token that
 * this database has never seen is replaced; one that was revoked is not: a person meant that.
 * @throws AppError UNAVAILABLE
 */
export async function loadWorkerToken({ databaseUrl, file, log }: { databaseUrl: string; file: string; log: Logger }): Promise<string> {
  const database = openDatabase({ url: databaseUrl, log });
  try {
    const tokens = createTokenRepository({ database });
    const kept = await readKept(file);
    if (kept !== null && (await orUnavailable(() => tokens.wasMade(kept)))) return kept;
    const { secret } = await orUnavailable(() => tokens.create({ name: `worker of npm start on ${hostname()}`, role: 'worker', expiresAt: null }));
    await keep(file, secret);
    return secret;
  } finally {
    await database.close();
  }
}

async function readKept(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function keep(file: string, secret: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, `${secret}\n`, { mode: 0o600 });
  // A file that was left over keeps the mode it had.
  await chmod(fresh, 0o600);
  await rename(fresh, file);
}
