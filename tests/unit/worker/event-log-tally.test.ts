import assert from 'node:assert/strict';
import { createEventLogTally } from '@eyegazer/worker';
import type { WrittenEvent } from '@eyegazer/core';

const eventAt = (ms: number): WrittenEvent => ({ type: 'log', data: { level: 'info', message: '' }, counter: 1, at: new Date(ms).toISOString() });

describe('event log tally', () => {
  it('adds up appends, events, their duration, and how long the oldest of each waited', () => {
    let clock = 10_000;
    const tally = createEventLogTally({ now: () => clock });
    tally.add([eventAt(9000), eventAt(9900)], 250);
    clock = 20_000;
    tally.add([eventAt(19_500)], 500);
    assert.deepEqual(tally.read(), { appends: 2, events: 3, appendSeconds: 0.75, lagSeconds: 1.5 });
  });

  it('never counts backwards, not even when the clock goes back', () => {
    const tally = createEventLogTally({ now: () => 0 });
    tally.add([eventAt(5000)], 1);
    tally.add([], 1);
    assert.deepEqual([tally.read().appends, tally.read().lagSeconds], [1, 0]);
  });
});
