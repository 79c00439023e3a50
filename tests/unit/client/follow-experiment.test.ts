import assert from 'node:assert/strict';
import { AppError, type EventsAnswer, type ExperimentEvent } from '@eyegazer/core';
import { followExperiment, type Follower, type FollowStatus } from '@eyegazer/client';

const event = (seq: number): ExperimentEvent => ({
  experimentId: 'e1',
  seq,
  attempt: 1,
  at: '2026-11-01T00:00:00.000Z',
  type: 'log',
  data: { level: 'info', message: String(seq) },
});
const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

/** A follower over a scripted server; time passes only when `tick` is called. */
function harness(script: { subscribe: (after: number) => Promise<number>; fetchEvents?: (after: number) => Promise<EventsAnswer> }) {
  const seqs: number[] = [];
  const statuses: FollowStatus[] = [];
  const tasks: { task: () => void; delayMs: number }[] = [];
  const follower: Follower = followExperiment({
    after: 0,
    onEvents: (events) => seqs.push(...events.map(({ seq }) => seq)),
    onStatus: (status) => statuses.push(status),
    subscribe: script.subscribe,
    fetchEvents: script.fetchEvents ?? (() => Promise.reject(new Error('not expected'))),
    schedule: (task, delayMs) => {
      const entry = { task, delayMs };
      tasks.push(entry);
      return () => void tasks.splice(tasks.indexOf(entry), 1);
    },
  });
  return { follower, seqs, statuses, tasks, tick: () => tasks.splice(0).forEach(({ task }) => task()) };
}

describe('followExperiment', () => {
  it('reports each phase once', async () => {
    const { follower, statuses } = harness({ subscribe: () => Promise.resolve(2) });
    follower.connected();
    await settled();
    [1, 2, 3].forEach((seq) => follower.received(event(seq)));
    follower.disconnected();
    assert.deepEqual(
      statuses.map(({ phase }) => phase),
      ['connecting', 'catching-up', 'live', 'connecting'],
    );
  });

  it('subscribes again after a growing pause while the server is not ready', async () => {
    let calls = 0;
    const { follower, tasks, tick, statuses } = harness({
      subscribe: () => (++calls < 3 ? Promise.reject(new AppError('UNAVAILABLE', 'starting')) : Promise.resolve(0)),
    });
    follower.connected();
    await settled();
    assert.equal(tasks[0]?.delayMs, 500);
    tick();
    await settled();
    assert.equal(tasks[0]?.delayMs, 1000);
    tick();
    await settled();
    assert.equal(calls, 3);
    assert.deepEqual(statuses, [{ phase: 'connecting' }, { phase: 'live' }]);
  });

  it('ends as failed on an unknown experiment and delivers nothing more', async () => {
    const { follower, statuses, seqs, tasks } = harness({ subscribe: () => Promise.reject(new AppError('NOT_FOUND', 'No experiment e1.')) });
    follower.connected();
    await settled();
    follower.received(event(1));
    assert.deepEqual(statuses.at(-1), { phase: 'failed', error: { code: 'NOT_FOUND', message: 'No experiment e1.' } });
    assert.deepEqual(seqs, []);
    assert.equal(tasks.length, 0);
  });

  it('closes a gap over HTTP and retries a fetch that failed', async () => {
    let calls = 0;
    const { follower, seqs, tick } = harness({
      subscribe: () => Promise.resolve(3),
      fetchEvents: (after) => (++calls === 1 ? Promise.reject(new TypeError('network')) : Promise.resolve({ items: [1, 2, 3].filter((seq) => seq > after).map(event), lastSeq: 3 })),
    });
    follower.connected();
    await settled();
    follower.received(event(3));
    await settled();
    assert.deepEqual(seqs, []);
    tick();
    await settled();
    assert.deepEqual(seqs, [1, 2, 3]);
    assert.equal(calls, 2);
  });

  it('ignores the answer of a subscription from before a reconnection', async () => {
    const answers: ((seq: number) => void)[] = [];
    const { follower, statuses } = harness({ subscribe: () => new Promise((resolve) => answers.push(resolve)) });
    follower.connected();
    follower.disconnected();
    follower.connected();
    answers[0]?.(50);
    await settled();
    assert.deepEqual(statuses, [{ phase: 'connecting' }]);
    answers[1]?.(1);
    await settled();
    assert.deepEqual(statuses.at(-1), { phase: 'catching-up' });
  });

  it('does nothing after stop', async () => {
    const { follower, seqs, tasks } = harness({ subscribe: () => Promise.reject(new Error('gone')) });
    follower.connected();
    follower.stop();
    await settled();
    follower.received(event(1));
    assert.deepEqual(seqs, []);
    assert.equal(tasks.length, 0);
  });
});
