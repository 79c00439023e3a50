import { fork, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import type { LogLine } from '../../fixtures/collecting-log.js';

const program = resolve(import.meta.dirname, '../../../apps/api/dist/main.js');

export interface ApiProcess {
  child: ChildProcess;
  /** Everything it has written so far. */
  output: () => string;
  lines: () => LogLine[];
  exited: Promise<{ code: number | null; signal: string | null }>;
  /** Resolves with its URL. */
  ready: Promise<string>;
}

/** Starts the API as `npm start` does, on any free port unless told. It inherits nothing but PATH. */
export function startApiProcess(env: Record<string, string>): ApiProcess {
  const child = fork(program, { execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { PATH: process.env['PATH'], PORT: '0', ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = new Promise<{ code: number | null; signal: string | null }>((done) => child.once('exit', (code, signal) => done({ code, signal })));
  const ready = new Promise<string>((done, fail) => {
    child.on('message', (message) => done((message as { url: string }).url));
    void exited.then(() => fail(new Error(`ended before it was ready: ${output}`)));
  });
  ready.catch(() => undefined);
  const lines = (): LogLine[] => output.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}')).map((line) => JSON.parse(line) as LogLine);
  return { child, output: () => output, lines, exited, ready };
}
