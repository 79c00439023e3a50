import { fork, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../../apps/worker/dist/main.js', import.meta.url));

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Milliseconds from fork to the ready message. */
  readonly readyMs: number;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts the worker as `npm start` does; resolves when it says that it is ready. What it writes is shown, unless `onOutput` hears it. */
export async function startWorkerProcess(env: { DATABASE_URL: string; REDIS_URL: string; EYEGAZER_HOME: string; S3_ENDPOINT?: string; LOG_LEVEL?: string }, onOutput?: (text: string) => void): Promise<WorkerProcess> {
  const startedAt = performance.now();
  const child = fork(entry, [], { env: { ...process.env, LOG_LEVEL: 'error', ...env, EYEGAZER_THREADS: '1' }, execArgv: [], stdio: ['ignore', onOutput ? 'pipe' : 'inherit', onOutput ? 'pipe' : 'inherit', 'ipc'] });
  if (onOutput) for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', onOutput);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    void exited.then(({ code }) => reject(new Error(`The worker ended with code ${code} before it was ready.`)));
  });
  return { child, readyMs: performance.now() - startedAt, exited };
}

/** Trainer processes whose parent is `pid`. */
export function findTrainers(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      try {
        const stat = readFileSync(`/proc/${candidate}/stat`, 'utf8');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return parent === pid && readFileSync(`/proc/${candidate}/cmdline`, 'utf8').includes('trainer-main');
      } catch {
        return false; // it ended meanwhile
      }
    });
}

/** True until the process is gone; one that only waits to be reaped is gone. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
  } catch {
    return false;
  }
}
