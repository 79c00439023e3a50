/** One of the built programs, with an environment of its own: PATH and what it is given. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { until } from '../until.js';

const root = resolve(import.meta.dirname, '../..');

export interface Program {
  output(): string;
  /** The first match in what it says. */
  untilSaid(words: RegExp): Promise<string>;
  /** Sends SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export function startProgram(entry: string, env: Record<string, string>): Program {
  const child = spawn(process.execPath, [resolve(root, entry)], { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const exited = new Promise<number | null>((done) => child.once('exit', done));
  return {
    output: () => output,
    async untilSaid(words) {
      await until(() => words.test(output) || child.exitCode !== null, 60_000);
      const found = words.exec(output)?.[0];
      if (found === undefined) throw new Error(`${entry} said nothing like ${String(words)}:\n${output}`);
      return found;
    },
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
