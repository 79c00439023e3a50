/** The whole product as a newcomer has it: `node scripts/start.mjs` with a home and a port of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { sharedRedis } from '../fixtures/redis.js';
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
    env: { ...process.env, ...(await serverVariables()), ...options.environment, PORT: String(options.port), EYEGAZER_HOME: options.home },
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

/** The servers of this run, where they are not the embedded ones. */
async function serverVariables(): Promise<Record<string, string>> {
  return testServers === 'redis-s3' ? { REDIS_URL: (await sharedRedis()).url } : {};
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
