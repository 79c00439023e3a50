/**
 * Ends with 0 when the worker of this container has told the database within the last 30 s that it lives. The worker writes
 * the file `heartbeat` in its home each time it has; after 30 s of silence its experiments are given to others.
 */
import { statSync } from 'node:fs';

const longestSilenceMs = 30_000;

const silentMs = Date.now() - statSync(`${process.env.EYEGAZER_HOME}/heartbeat`).mtimeMs;
if (silentMs > longestSilenceMs) {
  console.error(`The worker's last heartbeat is ${Math.round(silentMs / 1000)} s old.`);
  process.exitCode = 1;
}
