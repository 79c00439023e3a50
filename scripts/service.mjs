/** One process of ours: forked, ready once it says so, ended by SIGTERM. */
import { fork } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { root } from './run.mjs';

/** A worker tries its devices first, and gives a driver that hangs 120 s. */
const readyLimitMs = 300_000;
const stopLimitMs = 8_000;
const logLimitBytes = 16 * 1024 * 1024;

/**
 * @param {{name: string, entry: string, env: NodeJS.ProcessEnv, logFile: string, onExit: (reason: string) => void}} options
 *   onExit is called when the process was ready and ends without having been stopped
 * @returns {{name: string, ready: Promise<any>, stop: () => Promise<void>}} the service, to be stopped from now on; `ready` resolves with the
 *   message `{type: 'ready', ...}` of its process and rejects with the end of its log, and `reason`, when it ends before
 */
export function startService({ name, entry, env, logFile, onExit }) {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  const log = openSync(logFile, size > logLimitBytes ? 'w' : 'a');
  const logStart = size > logLimitBytes ? 0 : size;
  // Detached: Ctrl-C must reach the start script alone, which then ends the processes in order.
  const child = fork(`${root}${entry}`, [], { cwd: root, env, detached: true, stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  let stopping = false;
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`)));
  const stop = async () => {
    stopping = true;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    await exited;
    clearTimeout(timer);
  };
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the ${name} was not ready after ${readyLimitMs / 1000} s. Its log: ${logFile}`)), readyLimitMs);
    child.on('message', (message) => {
      if (message?.type !== 'ready') return;
      clearTimeout(timer);
      resolve(message);
    });
    void exited.then((reason) => {
      clearTimeout(timer);
      const words = readFileSync(logFile).subarray(logStart).toString('utf8').trim().split('\n').slice(-12).join('\n');
      reject(Object.assign(new Error(`the ${name} ended at once (${reason}):\n${words}`), { reason }));
    });
  });
  ready.then(() => exited).then((reason) => stopping || onExit(reason), () => undefined);
  return { name, ready, stop };
}
