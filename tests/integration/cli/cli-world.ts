/** The command line as people have it: the real program in a process of its own, with a home of its own. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../../until.js';

export const launcher = fileURLToPath(new URL('../../../apps/cli/bin/eyegazer.mjs', import.meta.url));

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliProcess {
  readonly child: ChildProcess;
  readonly said: { stdout: string; stderr: string };
  readonly ended: Promise<CliResult>;
  /** Waits for a line. */
  untilSaid(pattern: RegExp): Promise<void>;
}

export interface CliOptions {
  env?: Record<string, string>;
  /** What is piped in; nothing unless told. */
  input?: string;
}

export interface TestCli {
  /** A folder of the suite's own, where commands run. */
  readonly folder: string;
  readonly configFile: string;
  start(args: readonly string[], options?: CliOptions): CliProcess;
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** Runs with --json, asserts success, and gives what was printed. */
  json<T>(args: readonly string[], options?: CliOptions): Promise<T>;
}

/** @param url of the server, asked for when a command starts */
export function useCli(url: () => string): TestCli {
  let folder = '';
  const running = new Set<ChildProcess>();
  before('make a home for the command line', async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'eyegazer-cli-')));
  });
  after('end what still runs', async () => {
    for (const child of running) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  function start(args: readonly string[], { env = {}, input = '' }: CliOptions = {}): CliProcess {
    const child = spawn(process.execPath, [launcher, ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, XDG_CONFIG_HOME: join(folder, 'config'), EYEGAZER_URL: url(), TZ: 'UTC', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    running.add(child);
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
    child.stdin.on('error', () => undefined); // it need not read what is piped in
    child.stdin.end(input);
    const ended = new Promise<CliResult>((resolve) => {
      child.once('close', (code) => {
        running.delete(child);
        resolve({ code, ...said });
      });
    });
    return { child, said, ended, untilSaid: async (pattern) => void (await until(() => pattern.test(said.stdout + said.stderr), 30_000)) };
  }
  const run: TestCli['run'] = (args, options) => start(args, options).ended;

  return {
    get folder() {
      return folder;
    },
    get configFile() {
      return join(folder, 'config', 'eyegazer', 'config.json');
    },
    start,
    run,
    async json<T>(args: readonly string[], options?: CliOptions) {
      const { code, stdout, stderr } = await run([...args, '--json'], options);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout) as T;
    },
  };
}
