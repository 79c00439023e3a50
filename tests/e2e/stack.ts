/** The whole product as a newcomer has it: `node scripts/start.mjs` with a home and a port of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import type { StoreSettings } from '@eyegazer/platform';
import { sharedRedis } from '../fixtures/redis.js';
import { createTestStore, storeVariables } from '../fixtures/test-store.js';
import { testServers } from '../fixtures/test-servers.js';

const root = resolve(import.meta.dirname, '../..');

export interface Stack {
  url: string;
  /** What the start script printed so far. */
  output: () => string;
  /** Resolves with the exit code. */
  exited: Promise<number | null>;
  /** Sends SIGINT as Ctrl-C does; resolves with the exit code and how long it took. */
  interrupt: () => Promise<{ code: number | null; elapsedMs: number }>;
}

/** Starts everything and resolves once the URL is printed, or the words `until`. */
export async function startStack(options: { home: string; port: number; until?: string; environment?: Record<string, string> }): Promise<Stack> {
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env: { ...process.env, ...(await serverVariables(options.home)), ...options.environment, PORT: String(options.port), EYEGAZER_HOME: options.home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  await untilSaid(child, { words: options.until ?? 'Eyegazer is ready', output: () => output });
  return {
    url: `http://127.0.0.1:${options.port}`,
    output: () => output,
    exited,
    interrupt: async () => {
      const startedAt = performance.now();
      child.kill('SIGINT');
      return { code: await exited, elapsedMs: performance.now() - startedAt };
    },
  };
}

/** A home that is started again finds what it had stored. */
const stores = new Map<string, Promise<StoreSettings>>();

/** The servers of this run, where they are not the embedded ones. */
async function serverVariables(home: string): Promise<Record<string, string>> {
  if (testServers !== 'redis-s3') return {};
  const store = stores.get(home) ?? createTestStore();
  stores.set(home, store);
  return { REDIS_URL: (await sharedRedis()).url, ...storeVariables(await store) };
}

function untilSaid(child: ChildProcess, { words, output }: { words: string; output: () => string }): Promise<void> {
  return new Promise((done, refuse) => {
    const look = (): void => {
      if (output().includes(words)) done();
    };
    child.stdout?.on('data', look);
    child.once('exit', (code) => refuse(new Error(`The start script ended with ${code}:\n${output()}`)));
  });
}
