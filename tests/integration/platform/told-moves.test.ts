import assert from 'node:assert/strict';
import type { Platform } from '@eyegazer/platform';
import { collectingLog } from '../../fixtures/collecting-log.js';
import { endAll, registerWorker, seed, startAttempt, submit, usePlatform, type Seed } from '../../fixtures/platform.js';

describe('what the log tells of an experiment', () => {
  const test = usePlatform();
  const { log, lines } = collectingLog();
  let platform: Platform;
  let from: Seed;

  before(async () => {
    platform = await test.another({ log });
    from = await seed(platform);
  });
  beforeEach(() => void lines.splice(0));
  afterEach(() => endAll(test));

  const told = (experimentId: string) => lines.filter((line) => line['experimentId'] === experimentId).map(({ level, msg }) => `${level}: ${msg.replace(/\d+\.\d s/, '# s')}`);
  const startWith = (id: string) => startAttempt({ ...test, platform }, id);

  it('places, runs, succeeds: one line each, with attempt, worker, device and durations', async () => {
    const { workerId, deviceKeys } = await registerWorker(platform);
    const id = await submit(platform, from);
    const { attemptId } = await startWith(id);
    await platform.attempts.end(attemptId, { kind: 'succeeded' });
    assert.deepEqual(told(id), ['info: Placed after waiting # s', 'info: Runs', 'info: Succeeded after # s']);
    const [placed, runs, succeeded] = lines.filter((line) => line['experimentId'] === id);
    assert.deepEqual([placed?.['attempt'], placed?.['attemptId'], placed?.['workerId'], placed?.['deviceKey'], typeof placed?.['waitedMs']], [1, attemptId, workerId, deviceKeys[0], 'number']);
    assert.deepEqual([runs?.['attempt'], runs?.['workerId'], runs?.['state']], [1, workerId, 'running']);
    assert.deepEqual([succeeded?.['workerId'], succeeded?.['state'], typeof succeeded?.['ranMs']], [workerId, 'succeeded', 'number']);
  });

  it('says why a run failed, and that a person queued it again', async () => {
    await registerWorker(platform);
    const id = await submit(platform, from);
    const { attemptId } = await startWith(id);
    await platform.attempts.end(attemptId, { kind: 'failed', error: { code: 'OUT_OF_MEMORY', message: 'Too large.' } });
    await platform.experiments.retry(id);
    await platform.experiments.cancel(id);
    assert.deepEqual(told(id), ['info: Placed after waiting # s', 'info: Runs', 'warn: Failed after # s: Too large.', 'info: Queued again: Retried.', 'info: Cancelled']);
    assert.deepEqual(lines.find(({ msg }) => msg.startsWith('Failed'))?.['error'], { code: 'OUT_OF_MEMORY', message: 'Too large.' });
  });

  it('tells that a worker is asked to end a run, and what it then did', async () => {
    const { workerId } = await registerWorker(platform);
    const id = await submit(platform, from);
    const { attemptId } = await startWith(id);
    await platform.experiments.cancel(id);
    await platform.attempts.end(attemptId, { kind: 'cancelled' });
    assert.deepEqual(told(id).slice(2), ['info: The worker is asked to end it: cancelled by a person', 'info: Cancelled after # s']);
    assert.ok(lines.every((line) => line['experimentId'] !== id || line['workerId'] === workerId));
  });

  it('tells of a lost worker at its experiment, as a warning', async () => {
    const { workerId } = await registerWorker(platform, { machineId: 'silent' });
    const id = await submit(platform, from);
    await startWith(id);
    await test.sql(`UPDATE worker SET heartbeat_at = now() - interval '1 minute' WHERE id = $1`, [workerId]);
    assert.deepEqual(await platform.workers.markLost(), [workerId]);
    assert.deepEqual(told(id).slice(2), ['warn: Queued again after # s: The worker on silent has been silent for 30 s.']);
  });

  it('says nothing of what was rolled back', async () => {
    await registerWorker(platform);
    const id = await submit(platform, from);
    await test.sql(`ALTER TABLE outbox ADD CONSTRAINT no_outbox CHECK (false) NOT VALID`);
    try {
      await assert.rejects(platform.placer.runOnce());
    } finally {
      await test.sql(`ALTER TABLE outbox DROP CONSTRAINT no_outbox`);
    }
    assert.deepEqual(told(id), []);
  });
});
