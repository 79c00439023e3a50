/**
 * `npm start`: installs, builds, starts PostgreSQL, the API with the dashboard and one worker, and prints the URL.
 * Ctrl-C ends all of them; state lives in EYEGAZER_HOME (.eyegazer).
 */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { root } from './run.mjs';
import { startService } from './service.mjs';

const startedAt = performance.now();
const home = resolve(process.env.EYEGAZER_HOME || `${root}.eyegazer`);
const port = parsePort(process.env.PORT || '4400');
/** What runs, in the order it was started; ended in reverse. @type {{name: string, stop: () => Promise<void>}[]} */
const running = [];
/** How a worker ends whose token does not let it in. */
const refusedWorker = 'code 77';
let ending = false;
/** PostgreSQL while it comes up: it can only be ended afterwards. */
let comingUp = Promise.resolve();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));

try {
  await assertPortIsFree(port);
  await install();
  say('Building ...');
  await build();
  if (!ending) await startAll();
} catch (error) {
  if (!ending) {
    console.error(`\nEyegazer could not start: ${error instanceof Error ? error.message : String(error)}`);
    await end(1);
  }
}

async function startAll() {
  mkdirSync(`${home}/logs`, { recursive: true });
  const { applyMigrations, createLogger, loadWorkerToken, startEmbeddedPostgres } = await import('../packages/platform/dist/index.js');
  const log = createLogger({ name: 'start', level: 'warn' });
  const databaseUrl = process.env.DATABASE_URL || (await startDatabase(startEmbeddedPostgres, log));
  if (ending) return;
  await applyMigrations({ url: databaseUrl, log });

  const workerTokenFile = `${home}/worker-token`;
  const workerToken = await loadWorkerToken({ databaseUrl, file: workerTokenFile, log });

  // EYEGAZER_TOKEN is the person's own, for the command line: the API needs none, the worker has one of its own.
  const env = { ...process.env, DATABASE_URL: databaseUrl, EYEGAZER_HOME: home, PORT: String(port), EYEGAZER_TOKEN: '' };
  const start = (name, entry, { env: more = {}, onExit } = {}) => {
    say(`Starting the ${name} ...`);
    const logFile = `${home}/logs/${name}.log`;
    const service = startService({ name, entry, env: { ...env, ...more }, logFile, onExit: (reason) => onExit?.(reason) || fail(`The ${name} ended (${reason}). Its log: ${logFile}`) });
    running.push(service);
    return service.ready;
  };
  /** A person has revoked the worker's token: that ends the worker alone, and no other takes its place. */
  const goOnWithoutWorker = (reason) => {
    if (reason !== refusedWorker) return false;
    say(`\nThe worker was refused: its token was revoked. Everything else goes on. To have a worker here again, delete ${workerTokenFile} and start anew.`);
    return true;
  };
  if (ending) return;
  const { url, notice } = await start('api', 'apps/api/dist/main.js');
  // The first admin token, which is shown this once and is in no file.
  if (notice) say(notice);
  if (ending) return;
  await start('worker', 'apps/worker/dist/main.js', { env: { EYEGAZER_TOKEN: workerToken }, onExit: goOnWithoutWorker }).catch((error) => {
    if (!goOnWithoutWorker(error.reason)) throw error;
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`\n  Eyegazer is ready after ${seconds} s:  ${url}\n\n  State and logs: ${home}\n  Ctrl-C stops everything; the next start goes on where this one ended.\n`);
}

async function startDatabase(startEmbeddedPostgres, log) {
  say('Starting PostgreSQL ...');
  const starting = startEmbeddedPostgres({ home, log });
  comingUp = starting.catch(() => undefined);
  const database = await starting;
  running.push({ name: 'PostgreSQL', stop: () => database.stop() });
  void database.ended.then(() => fail(`PostgreSQL ended. Its log: ${home}/postgres/log`));
  return database.url;
}

function fail(message) {
  if (ending) return;
  console.error(`\n${message}`);
  void end(1);
}

async function end(code) {
  if (ending) return;
  ending = true;
  say('Stopping ...');
  await comingUp;
  // The worker hands its experiments back through the database, so each waits for the ones that need it.
  for (const service of running.reverse()) {
    await service.stop().catch((error) => console.error(`${service.name} did not stop cleanly: ${error.message}`));
  }
  process.exit(code);
}

function say(message) {
  console.log(message);
}

function parsePort(text) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 65_535) return value;
  console.error(`PORT: expected a number from 1 to 65535, got "${text}".`);
  process.exit(1);
}

/** Asks before the long work whether the API will get its port. */
function assertPortIsFree(wanted) {
  return new Promise((done, refuse) => {
    const probe = createServer();
    probe.once('error', (error) => {
      refuse(error.code === 'EADDRINUSE' ? new Error(`port ${wanted} is taken by another program. Stop that one, or choose another port: PORT=4401 npm start`) : error);
    });
    probe.listen(wanted, '127.0.0.1', () => probe.close(() => done()));
  });
}
