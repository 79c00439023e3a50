import { Worker } from 'node:worker_threads';

/**
 * Kills this process within a second of its parent's death, whatever holds its main thread: a training step blocks it,
 * and an orphan must not go on using the device that the next worker is given.
 */
export function watchParent(): void {
  const script = `
    const parent = process.ppid;
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 500);
  `;
  new Worker(script, { eval: true, execArgv: [], stdout: false }).unref();
}
