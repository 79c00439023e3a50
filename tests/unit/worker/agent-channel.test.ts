import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { AppError, type EventBody } from '@eyegazer/core';
import { openAgentChannel } from '@eyegazer/worker';

const event: EventBody = { type: 'log', data: { level: 'info', message: 'hello' } };

function openChannel() {
  const parent = new EventEmitter();
  const sent: { kind: string; events?: { counter: number }[] }[] = [];
  const send = (message: unknown, done?: (error: Error | null) => void): boolean => {
    sent.push(message as (typeof sent)[number]);
    done?.(null);
    return true;
  };
  const channel = openAgentChannel(Object.assign(parent, { send }));
  return { channel, sent, hear: (message: unknown) => parent.emit('message', message) };
}

describe('agent channel', () => {
  it('numbers events from 1 without gaps', () => {
    const { channel, sent } = openChannel();
    for (let i = 0; i < 3; i++) channel.emit(event);
    assert.deepEqual(sent.flatMap(({ events }) => events?.map(({ counter }) => counter)), [1, 2, 3]);
  });

  it('makes a trainer wait that is more than 500 events ahead of the log, until the log has caught up', async () => {
    const { channel, hear } = openChannel();
    for (let i = 0; i < 500; i++) channel.emit(event);
    await channel.breathe();
    channel.emit(event);
    let waited = true;
    const breath = channel.breathe().then(() => {
      waited = false;
    });
    await turn();
    await turn();
    assert.ok(waited);
    hear({ kind: 'written', counter: 1 });
    await breath;
  });

  it('aborts at a stop', () => {
    const { channel, hear } = openChannel();
    assert.ok(!channel.signal.aborted);
    hear({ kind: 'stop' });
    assert.ok(channel.signal.aborted);
  });

  it('refuses what is no message, naming what is wrong', () => {
    const { hear } = openChannel();
    assert.throws(() => hear({ kind: 'run', job: {} }), (error) => error instanceof AppError && error.path === 'job.experimentName');
  });
});
