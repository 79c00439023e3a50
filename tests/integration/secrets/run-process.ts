import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

const entries = { api: 'apps/api/dist/main.js', worker: 'apps/worker/dist/main.js' };

export interface RunningProcess {
  child: ChildProcess;
  /** Everything it wrote to stdout and stderr so far. */
  output: () => string;
  ended: Promise<number | null>;
}

/** Starts the API or a worker as a person would, with this environment and no other. */
export function runProcess(entry: keyof typeof entries, environment: Record<string, string>): RunningProcess {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../../..', entries[entry])], {
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'debug', EYEGAZER_THREADS: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return { child, output: () => output, ended: new Promise((done) => child.once('close', (code) => done(code))) };
}
