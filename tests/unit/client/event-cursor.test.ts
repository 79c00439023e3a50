import assert from 'node:assert/strict';
import type { ExperimentEvent } from '@eyegazer/core';
import { createEventCursor, cursorPhase, stepCursor, type CursorAction, type CursorInput, type EventCursor } from '@eyegazer/client';

const event = (seq: number): ExperimentEvent => ({
  experimentId: 'e1',
  seq,
  attempt: 1,
  at: '2026-11-01T00:00:00.000Z',
  type: 'log',
  data: { level: 'info', message: `line ${seq}` },
});

/** Feeds inputs and gathers what was delivered and which other actions were asked for. */
function feed(start: EventCursor, inputs: CursorInput[]): { cursor: EventCursor; delivered: number[]; asked: Exclude<CursorAction, { kind: 'deliver' }>[] } {
  let cursor = start;
  const delivered: number[] = [];
  const asked: Exclude<CursorAction, { kind: 'deliver' }>[] = [];
  for (const input of inputs) {
    const step = stepCursor(cursor, input);
    cursor = step.cursor;
    for (const action of step.actions) {
      if (action.kind === 'deliver') delivered.push(...action.events.map(({ seq }) => seq));
      else asked.push(action);
    }
  }
  return { cursor, delivered, asked };
}
const received = (...seqs: number[]): CursorInput[] => seqs.map((seq) => ({ kind: 'received', event: event(seq) }));

describe('event cursor', () => {
  it('subscribes after the last event it holds and delivers what follows in order', () => {
    const { delivered, asked, cursor } = feed(createEventCursor(7), [{ kind: 'connected' }, { kind: 'subscribed', seq: 9 }, ...received(8, 9, 10)]);
    assert.deepEqual(asked, [{ kind: 'subscribe', after: 7 }]);
    assert.deepEqual(delivered, [8, 9, 10]);
    assert.equal(cursorPhase(cursor), 'live');
  });

  it('drops what it has delivered already', () => {
    const { delivered } = feed(createEventCursor(0), [{ kind: 'connected' }, ...received(1, 2, 2, 1, 3, 3)]);
    assert.deepEqual(delivered, [1, 2, 3]);
  });

  it('says that it is catching up until it holds what the server has', () => {
    const half = feed(createEventCursor(0), [{ kind: 'connected' }, { kind: 'subscribed', seq: 2 }, ...received(1)]);
    assert.equal(cursorPhase(half.cursor), 'catching-up');
    assert.equal(cursorPhase(feed(half.cursor, received(2)).cursor), 'live');
  });

  it('fetches a gap once, keeps what is ahead, and delivers all of it in order', () => {
    const gap = feed(createEventCursor(1), [{ kind: 'connected' }, ...received(2, 5, 6)]);
    assert.deepEqual(gap.delivered, [2]);
    assert.deepEqual(gap.asked, [{ kind: 'subscribe', after: 1 }, { kind: 'fetch', after: 2 }]);
    const closed = feed(gap.cursor, [{ kind: 'fetched', events: [event(3), event(4), event(5)], lastSeq: 6 }]);
    assert.deepEqual(closed.delivered, [3, 4, 5, 6]);
    assert.deepEqual(closed.asked, []);
    assert.equal(closed.cursor.ahead.size, 0);
  });

  it('fetches page after page on resync while live events wait their turn', () => {
    const { delivered, asked } = feed(createEventCursor(0), [
      { kind: 'connected' },
      { kind: 'subscribed', seq: 4 },
      { kind: 'resync' },
      ...received(5),
      { kind: 'fetched', events: [event(1), event(2)], lastSeq: 5 },
      { kind: 'fetched', events: [event(3), event(4)], lastSeq: 5 },
    ]);
    assert.deepEqual(delivered, [1, 2, 3, 4, 5]);
    assert.deepEqual(asked.slice(1), [{ kind: 'fetch', after: 0 }, { kind: 'fetch', after: 2 }]);
  });

  it('fetches once more when a resync comes while an older page is on its way', () => {
    const { delivered, asked } = feed(createEventCursor(0), [
      { kind: 'connected' },
      { kind: 'resync' },
      { kind: 'resync' },
      { kind: 'fetched', events: [event(1)], lastSeq: 1 },
      { kind: 'fetched', events: [event(2)], lastSeq: 2 },
    ]);
    assert.deepEqual(delivered, [1, 2]);
    assert.deepEqual(asked.slice(1), [{ kind: 'fetch', after: 0 }, { kind: 'fetch', after: 1 }]);
  });

  it('waits before it asks again when a page failed or brought nothing', () => {
    const failed = feed(createEventCursor(0), [{ kind: 'connected' }, ...received(3), { kind: 'fetch-failed' }]);
    assert.deepEqual(failed.asked.at(-1), { kind: 'retry-later' });
    const empty = feed(failed.cursor, [{ kind: 'retry' }, { kind: 'fetched', events: [], lastSeq: 3 }]);
    assert.deepEqual(empty.asked, [{ kind: 'fetch', after: 0 }, { kind: 'retry-later' }]);
  });

  it('goes on where it stood after a reconnection', () => {
    const before = feed(createEventCursor(0), [{ kind: 'connected' }, { kind: 'subscribed', seq: 1 }, ...received(1, 2), { kind: 'disconnected' }]);
    assert.equal(cursorPhase(before.cursor), 'connecting');
    const after = feed(before.cursor, [{ kind: 'connected' }, { kind: 'subscribed', seq: 4 }, ...received(2, 3, 4)]);
    assert.deepEqual(after.asked, [{ kind: 'subscribe', after: 2 }]);
    assert.deepEqual(after.delivered, [3, 4]);
  });

  it('delivers every event exactly once under random loss, repeats, reordering and reconnections (seed 20261101)', () => {
    let state = 20261101;
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    for (let round = 0; round < 200; round++) {
      const total = 40;
      let cursor = createEventCursor(0);
      const delivered: number[] = [];
      const todo: CursorInput[] = [{ kind: 'connected' }];
      for (let seq = 1; seq <= total; seq++) {
        if (random() < 0.7) todo.push(...received(seq));
        if (random() < 0.2) todo.push(...received(1 + Math.floor(random() * seq)));
        if (random() < 0.05) todo.push({ kind: 'disconnected' }, { kind: 'connected' });
        if (random() < 0.05) todo.push({ kind: 'resync' });
        if (random() < 0.2 && todo.length > 2) todo.push(...todo.splice(-2, 1));
      }
      todo.push({ kind: 'connected' });
      while (todo.length > 0) {
        const step = stepCursor(cursor, todo.shift()!);
        cursor = step.cursor;
        for (const action of step.actions) {
          if (action.kind === 'deliver') delivered.push(...action.events.map(({ seq }) => seq));
          else if (action.kind === 'subscribe') todo.push({ kind: 'subscribed', seq: total }, { kind: 'resync' });
          else if (action.kind === 'retry-later') todo.push({ kind: 'retry' });
          else if (random() < 0.3) todo.push({ kind: 'fetch-failed' });
          else {
            const events = Array.from({ length: Math.min(7, total - action.after) }, (_, i) => event(action.after + 1 + i));
            todo.push({ kind: 'fetched', events, lastSeq: total });
          }
        }
      }
      assert.deepEqual(delivered, Array.from({ length: total }, (_, i) => i + 1), `round ${round}`);
      assert.equal(cursorPhase(cursor), 'live');
    }
  });
});
