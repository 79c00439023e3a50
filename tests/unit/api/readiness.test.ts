import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { createReadiness, type ReadinessOptions } from '@eyegazer/api';
import { AppError } from '@eyegazer/core';

const never = new Promise<never>(() => undefined);

describe('readiness', () => {
  function create(changes: Partial<ReadinessOptions> = {}, platform: Partial<ReadinessOptions['platform']> = {}) {
    return createReadiness({
      platform: {
        ping: async () => undefined,
        migrations: async () => ({ applied: [], pending: [], unknown: [] }),
        queues: { ping: async () => undefined },
        statistics: { read: async () => ({ workers: { alive: 2 } }) },
        ...platform,
      } as ReadinessOptions['platform'],
      store: { ping: async () => undefined } as ReadinessOptions['store'],
      kinds: { queue: 'redis', store: 's3' },
      home: '/',
      dashboardFolder: '/nowhere',
      isStopping: () => false,
      ...changes,
    });
  }

  it('answers within 3 s though nothing else does, and asks what has not answered only once', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      let asked = 0;
      const readiness = create({}, { ping: () => (asked++, never) });
      for (let i = 0; i < 3; i++) {
        const answer = readiness.check();
        await new Promise((resolve) => setImmediate(resolve));
        mock.timers.tick(3000);
        const { database, queue } = await answer;
        assert.deepEqual(database, { ok: false, required: true, message: 'Expected an answer within 2.5 s, got none.' });
        assert.deepEqual(queue, { ok: true, required: true, kind: 'redis' });
      }
      assert.equal(asked, 1);
    } finally {
      mock.timers.reset();
    }
  });

  it('names what fails by what it says, and asks it again', async () => {
    let isDown = true;
    const readiness = create({}, { ping: async () => { if (isDown) throw new AppError('UNAVAILABLE', 'The database is away.'); } });
    assert.deepEqual((await readiness.check())['database'], { ok: false, required: true, message: 'The database is away.' });
    isDown = false;
    assert.deepEqual((await readiness.check())['database'], { ok: true, required: true });
  });

  it('warns when the disk is nearly full, and stays ready', async () => {
    const full = await create({ readFreeBytes: async () => 5 * 1024 ** 2 }).check();
    assert.deepEqual(full['disk'], { ok: false, required: false, freeBytes: 5 * 1024 ** 2, message: 'Expected at least 1 GiB of free space below /, got 5 MiB. Free some.' });
    assert.equal((await create().check())['disk']?.required, false);
  });

  it('is not ready once the process stops', async () => {
    assert.deepEqual((await create({ isStopping: () => true }).check())['process'], { ok: false, required: true, message: 'It is shutting down.' });
  });
});
