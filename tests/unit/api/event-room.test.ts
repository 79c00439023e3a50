import assert from 'node:assert/strict';
import { setImmediate as tick } from 'node:timers/promises';
import type { ExperimentEvent } from '@eyegazer/core';
import { createEventRoom, type EventRoom, type Outlet } from '@eyegazer/api';
import { silentLog } from '../../fixtures/silent-log.js';

const experimentId = 'e1';

/** A log in memory; `gate` can hold reads back. */
function createFakeLog(count: number) {
  const all: ExperimentEvent[] = [];
  const fake = {
    reads: 0,
    failures: 0,
    append(more: number): void {
      for (let i = 0; i < more; i++) {
        all.push({ experimentId, seq: all.length + 1, attempt: 1, at: '2026-11-01T00:00:00.000Z', type: 'log', data: { level: 'info', message: String(all.length + 1) } });
      }
    },
    async read({ after, limit }: { after: number; limit: number }): Promise<ExperimentEvent[]> {
      fake.reads++;
      const page = all.slice(after, after + limit);
      await tick();
      return page;
    },
  };
  fake.append(count);
  return fake;
}

interface FakeOutlet extends Outlet {
  seqs: number[];
  resyncs: number[];
  waiting: number;
  release: (() => void) | null;
}

function createFakeOutlet(): FakeOutlet {
  const outlet: FakeOutlet = {
    seqs: [],
    resyncs: [],
    waiting: 0,
    release: null,
    send: (event: ExperimentEvent) => void outlet.seqs.push(event.seq),
    resync: ({ from }: { from: number }) => void outlet.resyncs.push(from),
    backlog: () => outlet.waiting,
    drained: () => (outlet.waiting === 0 ? Promise.resolve() : new Promise<void>((resolve) => void (outlet.release = resolve))),
  };
  return outlet;
}

async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await tick();
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const createRoom = (events: ReturnType<typeof createFakeLog>, lastSeq: number): EventRoom => createEventRoom({ experimentId, events, lastSeq, maxBacklog: 10, log: silentLog, onPushed: () => undefined });

describe('event room', () => {
  it('replays from after what a member has, in pages, then goes on live, without gap or repeat', async () => {
    const events = createFakeLog(1203);
    const room = createRoom(events, 1203);
    const outlet = createFakeOutlet();
    room.join(outlet, 3);
    events.append(7);
    room.wake();
    await settle();
    events.append(5);
    room.wake();
    await settle();
    assert.deepEqual(outlet.seqs, range(4, 1215));
  });

  it('gives members that join at any moment of a busy log everything once and in order', async () => {
    const events = createFakeLog(10);
    const room = createRoom(events, 10);
    const outlets = [];
    for (let i = 0; i < 40; i++) {
      const outlet = createFakeOutlet();
      outlets.push({ outlet, after: i % 11 });
      room.join(outlet, i % 11);
      events.append(1 + (i % 3));
      room.wake();
      if (i % 4 === 0) await tick();
    }
    await settle();
    const last = 10 + Array.from({ length: 40 }, (_, i) => 1 + (i % 3)).reduce((a, b) => a + b, 0);
    for (const { outlet, after } of outlets) assert.deepEqual(outlet.seqs, range(after + 1, last));
  });

  it('reads the log once for all live members', async () => {
    const events = createFakeLog(1);
    const room = createRoom(events, 1);
    for (let i = 0; i < 20; i++) room.join(createFakeOutlet(), 1);
    await settle();
    const before = events.reads;
    events.append(3);
    room.wake();
    await settle();
    assert.equal(events.reads - before, 1);
  });

  it('tells a member that does not keep up to fetch, sends it nothing meanwhile, and goes on after it has drained', async () => {
    const events = createFakeLog(2);
    const room = createRoom(events, 2);
    const slow = createFakeOutlet();
    const quick = createFakeOutlet();
    room.join(slow, 0);
    room.join(quick, 0);
    await settle();
    slow.waiting = 10;
    events.append(1);
    room.wake();
    await settle();
    events.append(4);
    room.wake();
    await settle();
    assert.deepEqual(slow.resyncs, [2]);
    assert.deepEqual(slow.seqs, [1, 2]);
    assert.deepEqual(quick.seqs, range(1, 7));
    slow.waiting = 0;
    slow.release?.();
    await settle();
    assert.deepEqual(slow.seqs, [1, 2, 4, 5, 6, 7], 'event 3 was in the log when the notice went out; everything later is pushed');
    events.append(1);
    room.wake();
    await settle();
    assert.equal(slow.seqs.at(-1), 8);
    assert.deepEqual(slow.resyncs, [2]);
  });

  it('sends nothing to a member that has left', async () => {
    const events = createFakeLog(1200);
    const room = createRoom(events, 1200);
    const outlet = createFakeOutlet();
    const leave = room.join(outlet, 0);
    await tick();
    leave();
    const sent = outlet.seqs.length;
    await settle();
    assert.equal(outlet.seqs.length, sent);
    assert.equal(room.size(), 0);
  });
});
