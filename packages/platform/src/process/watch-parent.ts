import { Worker } from 'node:worker_threads';

/**
 * Kills this process within a second of its parent's death, whatever holds its main thread: a training step blocks it,
 * and an orphan must not go on using the device that the next worker is given.
 * @param options.farewellMs time that the process has to clear up by itself first
 */
export function watchParent({ farewellMs = 0 } = {}): void {
  const script = `
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${farewellMs});
    }, 500);
  `;
  new Worker(script, { eval: true, execArgv: [], stdout: false }).unref();
}
