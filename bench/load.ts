/**
 * The API under load: mixed requests at a steady rate against one API process on a database of 10,000 experiments, while
 * runs write events and open pages listen on sockets. Prints percentiles by kind of request and the memory of the process.
 *
 *   npm run build && npx tsx bench/load.ts [requests per second = 300] [seconds = 120]
 *
 * REDIS_URL and the S3 variables are passed on: unset, the queue is PostgreSQL's and artifacts lie in a folder.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ExperimentDetail, ExperimentSummary } from '@eyegazer/core';
import { addressStore, applyMigrations, createLogger, createPlatform, openStore, parseConnections, startEmbeddedPostgres, type Platform } from '@eyegazer/platform';
import { Client } from 'pg';
import { io, type Socket } from 'socket.io-client';
import { drive } from './load/drive.js';
import { createMix } from './load/mix.js';
import { printLoad, type MemorySample } from './load/print-load.js';
import { metricsEvent, seedDatabase, updatesOfRunning, type Seeded } from './load/seed.js';

const ratePerSecond = Number(process.argv[2] ?? 300);
const seconds = Number(process.argv[3] ?? 120);
/** Until the heap has found its size. */
const warmupSeconds = 60;
const experiments = 10_000;
const running = 20;
const watchers = 100;

const home = mkdtempSync(join(tmpdir(), 'eyegazer-load-'));
const log = createLogger({ name: 'load', level: 'warn' });
const postgres = await startEmbeddedPostgres({ home, log });
const environment = { ...process.env, DATABASE_URL: postgres.url, EYEGAZER_HOME: home, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'info' };
try {
  await applyMigrations({ url: postgres.url, log });
  const connections = parseConnections(environment);
  const platform = await createPlatform({ databaseUrl: connections.databaseUrl, redisUrl: connections.redisUrl, log });
  const store = await openStore(connections.store, { ...addressStore(connections.store, { home, cacheLimitBytes: 1e9 }), log });
  const { secret: token } = await platform.tokens.create({ name: 'load', role: 'admin', expiresAt: null });
  const api = await startApi();
  console.log(`Preparing ${experiments + running} experiments, ${running} of them running with ${updatesOfRunning} updates each ...`);
  const seeded = await seedDatabase(platform, store, { inputs: await makeInputs(api.url, token), token, experiments, running });

  // What the database does by itself within a minute.
  await analyze(postgres.url);
  const sockets = await openSockets(api.url, token, seeded);
  const writing = startWriting(platform, seeded);
  const mix = createMix(seeded);
  await drive({ url: api.url, token, mix, ratePerSecond, seconds: warmupSeconds });
  const memory = sampleMemory(api.pid);
  const driven = await drive({ url: api.url, token, mix, ratePerSecond, seconds });
  const samples = memory.stop();
  const written = await writing.stop();
  for (const { socket } of sockets) socket.disconnect();
  printLoad({ driven, samples, seconds, watchers: sockets.map(({ received }) => received()), written });
  await api.stop();
  seeded.stopWorker();
  await platform.close();
} finally {
  await postgres.stop();
  rmSync(home, { recursive: true, force: true });
}

function startApi(): Promise<{ url: string; pid: number; stop: () => Promise<void> }> {
  const child = fork(resolve(import.meta.dirname, '../apps/api/dist/main.js'), [], { env: environment, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  return new Promise((done, refuse) => {
    void exited.then(() => refuse(new Error('The API ended before it was ready.')));
    child.on('message', (message: { type?: string; url?: string }) => {
      if (message.type !== 'ready' || message.url === undefined || child.pid === undefined) return;
      done({ url: message.url, pid: child.pid, stop: () => (child.kill('SIGTERM'), exited) });
    });
  });
}

async function analyze(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('VACUUM ANALYZE');
  await client.end();
}

/** The demo's dataset and model; its experiment is called off. */
async function makeInputs(url: string, token: string): Promise<Seeded['inputs']> {
  const call = async <T>(method: string, path: string): Promise<T> => {
    const answer = await fetch(url + path, { method, headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}.`);
    return (await answer.json()) as T;
  };
  await call('POST', '/api/demo');
  for (;;) {
    const { items } = await call<{ items: ExperimentSummary[] }>('GET', '/api/experiments');
    const [first] = items;
    if (first) {
      const { config } = await call<ExperimentDetail>('POST', `/api/experiments/${first.id}/cancel`);
      return { dataset: config.dataset, model: { base: config.model.base } };
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Open pages: each follows one of the running experiments. */
async function openSockets(url: string, token: string, { running: runs }: Seeded): Promise<{ socket: Socket; received: () => number }[]> {
  const opened = Array.from({ length: watchers }, async (_, i) => {
    const socket = io(url, { forceNew: true, transports: ['websocket'], auth: { token } });
    let received = 0;
    socket.on('event', () => received++);
    await new Promise<void>((done, refuse) => socket.once('connect', done).once('connect_error', refuse));
    const run = runs[i % runs.length];
    const detail = await fetch(`${url}/api/experiments/${run?.experimentId}`, { headers: { authorization: `Bearer ${token}` } }).then((answer) => answer.json() as Promise<{ lastSeq: number }>);
    await socket.emitWithAck('subscribe', { experimentId: run?.experimentId, after: detail.lastSeq });
    return { socket, received: () => received };
  });
  return Promise.all(opened);
}

/** Every running experiment writes ten points, twice a second. */
function startWriting(platform: Platform, { running: runs }: Seeded): { stop: () => Promise<number> } {
  let round = 0;
  let events = 0;
  let current = Promise.resolve();
  const write = async (): Promise<void> => {
    const first = updatesOfRunning + 1 + 10 * round++;
    for (const run of runs) {
      await platform.events.append({ ...run, events: [metricsEvent(2_000_000 + round, first, 10)] });
      events++;
    }
  };
  const timer = setInterval(() => (current = current.then(write)), 500);
  return {
    async stop() {
      clearInterval(timer);
      await current;
      return events;
    },
  };
}

function sampleMemory(pid: number): { stop: () => MemorySample[] } {
  const samples: MemorySample[] = [];
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    samples.push({ seconds: (performance.now() - startedAt) / 1000, megabytes: kilobytes / 1024 });
  }, 1000);
  return {
    stop() {
      clearInterval(timer);
      return samples;
    },
  };
}
