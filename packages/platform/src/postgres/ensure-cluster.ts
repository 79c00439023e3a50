import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '@eyegazer/core';
import type { PostgresBinaries } from './postgres-binaries.js';
import type { UnprivilegedRunner } from './unprivileged-runner.js';

const run = promisify(execFile);

/** Name of the only role and of the database. */
export const databaseName = 'eyegazer';

export interface Cluster {
  dataFolder: string;
  password: string;
}

/**
 * Makes the data folder on the first start. It is made beside and renamed, so that a start that was cut short leaves
 * nothing that looks whole.
 */
export async function ensureCluster(options: { folder: string; binaries: PostgresBinaries; runner: UnprivilegedRunner }): Promise<Cluster> {
  const { folder, binaries, runner } = options;
  await mkdir(folder, { recursive: true });
  const passwordFile = join(folder, 'password');
  const password = await ensurePassword(passwordFile);
  const dataFolder = join(folder, 'data');
  const known = await stat(dataFolder).catch(() => null);
  if (known) {
    // Made when this machine ran it as somebody else; only root gets here.
    if (known.uid !== runner.ownerId) await run('chown', ['-R', `${runner.ownerId}:${runner.ownerId}`, dataFolder]);
    return { dataFolder, password };
  }

  const half = join(folder, 'data.new');
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { mode: 0o700 });
  // The password file itself is not for the server's user to read.
  const handedOver = join(folder, 'password.initdb');
  await writeFile(handedOver, password, { mode: 0o600 });
  if (runner.user.uid !== undefined) await run('chown', [`${runner.ownerId}:${runner.ownerId}`, half, handedOver]);
  const { program, args } = runner.wrap(binaries.initdb, [
    `--pgdata=${half}`,
    `--username=${databaseName}`,
    `--pwfile=${handedOver}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order and case rules on every machine, whatever locales it has.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]);
  try {
    await run(program, args, { env: { ...process.env, LC_ALL: 'C' }, cwd: '/', ...runner.user });
  } catch (cause) {
    await rm(half, { recursive: true, force: true });
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new AppError('UNAVAILABLE', `PostgreSQL's data folder could not be made in ${folder}: ${said}`, { cause });
  } finally {
    await rm(handedOver, { force: true });
  }
  await rename(half, dataFolder);
  return { dataFolder, password };
}

/** Only root or the user may read it; the database's own files hold a hash of it. */
async function ensurePassword(path: string): Promise<string> {
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known.trim() !== '') return known.trim();
  const password = randomBytes(24).toString('base64url');
  const file = await open(`${path}.new`, 'w', 0o600);
  await file.writeFile(password);
  await file.sync();
  await file.close();
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
  return password;
}
