import assert from 'node:assert/strict';
import { AppError, type WrittenEvent } from '@eyegazer/core';
import { createEventWriter } from '@eyegazer/worker';
import { silentLog } from '../../fixtures/silent-log.js';

const event = (counter: number): WrittenEvent => ({ type: 'log', data: { level: 'info', message: `${counter}` }, counter, at: '2026-01-01T00:00:00.000Z' });

const unexpected = (what: unknown): void => assert.fail(`unexpected: ${String(what)}`);

describe('event writer', () => {
  it('writes what comes together in one batch, and says up to where', async () => {
    const batches: number[][] = [];
    const written: number[] = [];
    const writer = createEventWriter({
      log: silentLog,
      gatherMs: 1,
      append: async (events) => batches.push(events.map(({ counter }) => counter)),
      onWritten: (counter) => written.push(counter),
      onFailure: unexpected,
    });
    writer.write([event(1)]);
    writer.write([event(2), event(3)]);
    await writer.flush();
    writer.write([event(4)]);
    await writer.flush();
    assert.deepEqual(batches, [[1, 2, 3], [4]]);
    assert.deepEqual(written, [3, 4]);
  });

  it('runs a task after what came before it and before what comes after it', async () => {
    const order: string[] = [];
    const writer = createEventWriter({
      log: silentLog,
      gatherMs: 1,
      append: async (events) => order.push(...events.map(({ counter }) => `event ${counter}`)),
      onWritten: () => undefined,
      onFailure: unexpected,
    });
    writer.write([event(1)]);
    writer.runAfter(async () => void order.push('task'));
    writer.write([event(2)]);
    await writer.flush();
    assert.deepEqual(order, ['event 1', 'task', 'event 2']);
  });

  it('repeats a batch that found the database away', async () => {
    let failures = 2;
    const batches: number[][] = [];
    const writer = createEventWriter({
      log: silentLog,
      gatherMs: 1,
      append: async (events) => {
        if (failures-- > 0) throw new AppError('UNAVAILABLE');
        batches.push(events.map(({ counter }) => counter));
      },
      onWritten: () => undefined,
      onFailure: unexpected,
    });
    writer.write([event(1), event(2)]);
    await writer.flush();
    assert.deepEqual(batches, [[1, 2]]);
  });

  it('drops everything once the log refuses, and says so once', async () => {
    const failures: unknown[] = [];
    const writer = createEventWriter({
      log: silentLog,
      gatherMs: 1,
      append: async () => {
        throw new AppError('FENCED');
      },
      onWritten: unexpected,
      onFailure: (error) => failures.push(error),
    });
    writer.write([event(1)]);
    await writer.flush();
    writer.write([event(2)]);
    await writer.flush();
    assert.equal(failures.length, 1);
  });
});
