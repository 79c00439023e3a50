import assert from 'node:assert/strict';
import { checkClock, checkQueue, checkWorkers } from '@eyegazer/cli';
import type { WorkerWire } from '@eyegazer/core';

describe('doctor', () => {
  it('tells a clock that is right from one that is wrong, by the second that the server says', () => {
    const now = Date.parse('2026-01-01T00:00:00.700Z');
    assert.equal(checkClock('Thu, 01 Jan 2026 00:00:00 GMT', now).level, 'ok');
    assert.equal(checkClock('Thu, 01 Jan 2026 00:01:00 GMT', now).level, 'warn');
    const far = checkClock('Thu, 01 Jan 2026 01:00:00 GMT', now);
    assert.equal(far.level, 'fail');
    assert.match(far.message, /by 3600 s/);
    assert.equal(checkClock(null, now).level, 'warn');
  });

  it('fails where nobody trains, and warns of a worker that is lost', () => {
    const worker = { id: 'w', hostname: 'box', pid: 1, version: '1', startedAt: '2026-01-01T00:00:00Z', heartbeatAt: '2026-01-01T00:00:00Z', devices: [] };
    const of = (...states: WorkerWire['state'][]): string => checkWorkers(states.map((state) => ({ ...worker, state }))).level;
    assert.deepEqual([of(), of('lost'), of('stopped'), of('alive', 'lost'), of('alive', 'stopped')], ['fail', 'fail', 'fail', 'warn', 'ok']);
  });

  it('calls a queue stuck when something waits beside a free device, twice', () => {
    const stuck = { waiting: 2, placed: 0, running: 0, demand: 2, devices: 1, freeDevices: 1 };
    const taken = { ...stuck, waiting: 1, placed: 1, freeDevices: 0 };
    assert.deepEqual([checkQueue(stuck, stuck).level, checkQueue(stuck, taken).level, checkQueue(taken, taken).level], ['warn', 'ok', 'ok']);
  });
});
