import type { QueueWire, WorkerWire } from '@eyegazer/core';
import { cleanText } from '../output/clean-text.js';
import { fail, ok, warn, type CheckResult } from './check-result.js';

/** Whether anybody trains. */
export function checkWorkers(workers: readonly WorkerWire[]): CheckResult {
  const alive = workers.filter(({ state }) => state === 'alive');
  const lost = workers.filter(({ state }) => state === 'lost').map(({ hostname }) => cleanText(hostname));
  const devices = alive.reduce((sum, worker) => sum + worker.devices.length, 0);
  if (alive.length === 0) return fail('workers', lost.length > 0 ? `all are lost: ${lost.join(', ')}` : 'there are none: nothing trains', 'start a worker (npm start brings one)');
  if (lost.length > 0) return warn('workers', `${alive.length} alive, lost: ${lost.join(', ')}`, 'look at the log of the lost one, and start it again');
  return ok('workers', `${alive.length} alive with ${devices} ${devices === 1 ? 'device' : 'devices'}`);
}

/** Whether what waits gets its turn: a free device takes what waits within seconds, so both for long means that it is stuck. */
export function checkQueue(before: QueueWire, after: QueueWire): CheckResult {
  const summary = `${after.waiting} waiting, ${after.placed} starting, ${after.running} running, ${after.freeDevices} of ${after.devices} devices free`;
  const isStuck = [before, after].every(({ waiting, freeDevices }) => waiting > 0 && freeDevices > 0) && after.waiting >= before.waiting;
  if (!isStuck) return ok('queue', summary);
  return warn('queue', `${summary}, and nothing is taken`, 'what waits may fit no free device (eyegazer show <id>), or be held by `resources.device`; else look at the log of the server');
}
