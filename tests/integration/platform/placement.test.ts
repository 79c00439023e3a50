import assert from 'node:assert/strict';
import type { AttemptJob } from '@eyegazer/platform';
import { endAll, logEvent, registerWorker, seed, startAttempt, submit, usePlatform } from '../../fixtures/platform.js';
import { until } from '../../until.js';

describe('placement', function () {
  this.timeout(30_000);
  const test = usePlatform();

  afterEach(() => endAll(test));

  const states = async (ids: string[]) => Promise.all(ids.map(async (id) => (await test.platform.experiments.get(id)).state));

  it('serves by priority, then by age, one experiment per device, and the rest waits', async () => {
    const { platform } = test;
    const from = await seed(platform);
    const ids = [await submit(platform, from), await submit(platform, from), await submit(platform, from, { config: { resources: { priority: 5 } } })];
    assert.equal((await platform.placer.runOnce()).placed, 0);
    const worker = await registerWorker(platform, { devices: 2 });
    assert.deepEqual(await platform.placer.runOnce(), { placed: 2, published: 2 });
    assert.deepEqual(await states(ids), ['placed', 'queued', 'placed']);
    assert.deepEqual(await platform.placer.runOnce(), { placed: 0, published: 0 });
    const [row] = (await platform.workers.list()).filter(({ id }) => id === worker.workerId);
    assert.deepEqual(new Set(row?.devices.map(({ running }) => running?.experimentId)), new Set([ids[0], ids[2]]));
    const events = await platform.events.read({ experimentId: ids[0] ?? '', after: 0, limit: 10 });
    assert.deepEqual(events.map(({ attempt, data }) => [attempt, data]), [[0, { state: 'queued' }], [1, { state: 'placed' }]]);
  });

  it('gives no device away twice when many placers run at once', async () => {
    const { platform } = test;
    const placers = [platform, await test.another(), await test.another()];
    const from = await seed(platform);
    const ids = await Promise.all(Array.from({ length: 12 }, () => submit(platform, from)));
    await registerWorker(platform, { devices: 4 });
    await registerWorker(platform, { devices: 3 });
    const rounds = await Promise.all([...placers, ...placers, ...placers].map(({ placer }) => placer.runOnce()));
    assert.equal(rounds.reduce((sum, round) => sum + round.placed, 0), 7);
    assert.equal((await states(ids)).filter((state) => state === 'placed').length, 7);
    assert.equal((await test.sql('SELECT 1 FROM lease')).length, 7);
    await assert.rejects(test.sql(`INSERT INTO lease (device_key, attempt_id) SELECT device_key, attempt_id FROM lease LIMIT 1`), { code: '23505' });
  });

  it('publishes what a crash between commit and publishing left, and again is harmless', async () => {
    const { platform } = test;
    const id = await submit(platform, await seed(platform));
    const worker = await registerWorker(platform);
    await platform.placer.runOnce();
    // As if the process had been killed before marking, with and without the job in the queue.
    await test.sql('UPDATE outbox SET published_at = NULL WHERE worker_id = $1', [worker.workerId]);
    assert.deepEqual(await (await test.another()).placer.runOnce(), { placed: 0, published: 1 });
    const taken: (string | null)[] = [];
    const consumer = await platform.queues.consume(worker.workerId, {
      concurrency: 2,
      handler: async ({ attemptId }) => void taken.push((await platform.attempts.claim({ attemptId, workerId: worker.workerId }))?.experimentId ?? null),
    });
    try {
      await until(() => taken.length > 0);
      await test.sql('UPDATE outbox SET published_at = NULL WHERE worker_id = $1', [worker.workerId]);
      assert.equal((await platform.placer.runOnce()).published, 1);
      // The job had been finished and removed, so it is delivered again, and its claim fails.
      await until(() => taken.length > 1);
      assert.deepEqual(taken, [id, null]);
    } finally {
      await consumer.close();
    }
  });

  it('starts a round by itself when an experiment is submitted', async () => {
    const { platform } = test;
    const worker = await registerWorker(platform);
    const jobs: AttemptJob[] = [];
    const consumer = await platform.queues.consume(worker.workerId, { concurrency: 1, handler: async (job) => void jobs.push(job) });
    platform.placer.start();
    try {
      const id = await submit(await test.another(), await seed(platform));
      await until(() => jobs.length > 0);
      const [row] = await test.sql<{ id: string }>('SELECT id FROM attempt WHERE experiment_id = $1', [id]);
      assert.deepEqual(jobs, [{ attemptId: row?.id }]);
    } finally {
      await platform.placer.stop();
      await consumer.close();
    }
  });

  it('goes on placing and delivering after every database connection was cut', async () => {
    const platform = await test.another();
    const from = await seed(platform);
    const worker = await registerWorker(platform);
    const jobs: AttemptJob[] = [];
    const consumer = await platform.queues.consume(worker.workerId, { concurrency: 1, handler: async (job) => void jobs.push(job) });
    platform.placer.start();
    try {
      await test.sql('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');
      // Its own were cut too: the first calls may still find one of those.
      await until(() => test.platform.ping().then(() => true, () => false));
      await submit(test.platform, from);
      await until(() => jobs.length > 0);
      assert.equal(jobs.length, 1);
    } finally {
      await platform.placer.stop();
      await consumer.close();
    }
  });

  it('places the next experiment once the device is free', async () => {
    const { platform } = test;
    const from = await seed(platform);
    await registerWorker(platform);
    const [first, second] = [await submit(platform, from), await submit(platform, from)];
    const attempt = await startAttempt(test, first);
    assert.deepEqual(await states([first, second]), ['running', 'queued']);
    await platform.attempts.end(attempt.attemptId, { kind: 'succeeded' });
    await startAttempt(test, second);
    assert.deepEqual(await states([first, second]), ['succeeded', 'running']);
  });

  it('queues the experiments of a silent worker again, keeps its device until it is back, and fences its attempt', async () => {
    const { platform } = test;
    const from = await seed(platform);
    const worker = await registerWorker(platform);
    const id = await submit(platform, from);
    const attempt = await startAttempt(test, id);
    await test.sql(`UPDATE worker SET heartbeat_at = now() - interval '29 s' WHERE id = $1`, [worker.workerId]);
    assert.deepEqual(await platform.workers.markLost(), []);
    await test.sql(`UPDATE worker SET heartbeat_at = now() - interval '31 s' WHERE id = $1`, [worker.workerId]);
    assert.deepEqual(await platform.workers.markLost(), [worker.workerId]);
    const detail = await platform.experiments.get(id);
    assert.equal(detail.state, 'queued');
    assert.deepEqual(detail.attempts.map(({ state, error }) => [state, error?.code]), [['lost', 'WORKER_LOST']]);
    await assert.rejects(platform.events.append({ experimentId: id, attempt: 1, events: [logEvent(1)] }), { code: 'FENCED' });
    await assert.rejects(platform.attempts.end(attempt.attemptId, { kind: 'succeeded' }), { code: 'FENCED' });
    assert.equal((await platform.placer.runOnce()).placed, 0);

    // Back, with the orphan still running: told to end it, the device not given away.
    const beat = { workerId: worker.workerId, generation: worker.generation, devices: [{ deviceKey: worker.deviceKeys[0] ?? '', memoryFreeBytes: 1e9 }] };
    assert.deepEqual(await platform.workers.heartbeat({ ...beat, runningAttemptIds: [attempt.attemptId] }), { stop: [{ attemptId: attempt.attemptId, reason: 'fenced' }] });
    assert.equal((await platform.placer.runOnce()).placed, 0);
    assert.deepEqual(await platform.workers.heartbeat({ ...beat, runningAttemptIds: [] }), { stop: [] });
    assert.equal((await startAttempt(test, id)).attempt, 2);
    const [row] = (await platform.workers.list()).filter((one) => one.id === worker.workerId);
    assert.deepEqual([row?.state, row?.devices[0]?.memoryFreeBytes], ['alive', 1e9]);
  });

  it('gives every worker time to be heard again after the placer itself was away', async () => {
    let nowMs = 1_000_000;
    const platform = await test.another({ clock: { now: () => nowMs } });
    const worker = await registerWorker(platform);
    const stateNow = async () => (await platform.workers.list()).find(({ id }) => id === worker.workerId)?.state;
    await test.sql(`UPDATE worker SET heartbeat_at = now() - interval '1 h' WHERE id = $1`, [worker.workerId]);
    for (const stepMs of [0, 4000, 4000]) {
      nowMs += stepMs;
      await platform.placer.runOnce();
      assert.equal(await stateNow(), 'alive');
    }
    nowMs += 2000;
    await platform.placer.runOnce();
    assert.equal(await stateNow(), 'lost');
  });

  it('gives them that time too after the database was away', async () => {
    let nowMs = 1_000_000;
    const platform = await test.another({ clock: { now: () => nowMs } });
    const worker = await registerWorker(platform);
    const stateNow = async () => (await platform.workers.list()).find(({ id }) => id === worker.workerId)?.state;
    const round = (stepMs: number) => {
      nowMs += stepMs;
      return platform.placer.runOnce();
    };
    for (let i = 0; i < 4; i++) await round(4000);
    await test.sql('ALTER TABLE worker RENAME TO worker_away');
    try {
      for (let i = 0; i < 10; i++) await assert.rejects(round(4000));
    } finally {
      await test.sql('ALTER TABLE worker_away RENAME TO worker');
    }
    await test.sql(`UPDATE worker SET heartbeat_at = now() - interval '40 s' WHERE id = $1`, [worker.workerId]);
    for (let i = 0; i < 2; i++) await round(4000);
    assert.equal(await stateNow(), 'alive');
    for (let i = 0; i < 2; i++) await round(4000);
    assert.equal(await stateNow(), 'lost');
  });

  it('queues an attempt again that its worker has begun and does not know of', async () => {
    const { platform } = test;
    const worker = await registerWorker(platform);
    const [id, cancelled] = [await submit(platform, await seed(platform)), await submit(platform, await seed(platform))];
    const attempt = await startAttempt(test, id);
    const beat = { workerId: worker.workerId, generation: worker.generation, devices: [] };
    await platform.workers.heartbeat({ ...beat, runningAttemptIds: [] });
    assert.deepEqual(await states([id]), ['running'], 'its claim may have been answered a moment ago');
    const age = () => test.sql(`UPDATE attempt SET started_at = now() - interval '31 s' WHERE state = 'running'`);
    await age();
    await platform.workers.heartbeat({ ...beat, runningAttemptIds: [attempt.attemptId] });
    assert.deepEqual(await states([id]), ['running']);
    await platform.workers.heartbeat({ ...beat, runningAttemptIds: [] });
    assert.deepEqual(await states([id]), ['queued']);
    assert.equal((await test.sql('SELECT 1 FROM lease')).length, 0);
    await platform.experiments.cancel(id);

    await startAttempt(test, cancelled);
    await platform.experiments.cancel(cancelled);
    await age();
    await platform.workers.heartbeat({ ...beat, runningAttemptIds: [] });
    assert.deepEqual(await states([cancelled]), ['cancelled']);
  });

  it('publishes an attempt again that nobody has taken, and none that somebody has', async () => {
    const { platform } = test;
    const id = await submit(platform, await seed(platform));
    const worker = await registerWorker(platform);
    await platform.placer.runOnce();
    await test.sql(`UPDATE outbox SET published_at = now() - interval '31 s' WHERE worker_id = $1`, [worker.workerId]);
    assert.equal((await platform.placer.runOnce()).published, 1);
    assert.equal((await platform.placer.runOnce()).published, 0);
    const [row] = await test.sql<{ id: string }>('SELECT id FROM attempt WHERE experiment_id = $1', [id]);
    await platform.attempts.claim({ attemptId: row?.id ?? '', workerId: worker.workerId });
    await test.sql(`UPDATE outbox SET published_at = now() - interval '31 s' WHERE worker_id = $1`, [worker.workerId]);
    assert.equal((await platform.placer.runOnce()).published, 0);
  });

  it('fails an experiment whose fifth attempt in a row is lost with its worker; an orderly end does not count, a retry counts anew', async () => {
    const { platform } = test;
    const id = await submit(platform, await seed(platform));
    const restart = () => registerWorker(platform, { machineId: 'falling' });
    await platform.workers.markStopped(await restart().then(async (worker) => (await startAttempt(test, id), worker)));
    await restart();
    for (let i = 1; i <= 5; i++) {
      assert.deepEqual(await states([id]), ['queued']);
      await startAttempt(test, id);
      await restart();
    }
    const { state, error, attempts } = await platform.experiments.get(id);
    assert.deepEqual([state, error?.code], ['failed', 'WORKER_LOST']);
    assert.match(error?.message ?? '', /^5 attempts were lost with their worker, the last one so: The worker on falling was started again\./);
    assert.deepEqual(attempts.map((attempt) => [attempt.state, attempt.error?.code]), [['lost', 'CANCELLED'], ...Array.from({ length: 5 }, () => ['lost', 'WORKER_LOST'])]);
    await platform.experiments.retry(id);
    await startAttempt(test, id);
    await restart();
    assert.deepEqual(await states([id]), ['queued']);
  });

  it('ends what a restarted worker left at once, and fences the former run of it', async () => {
    const { platform } = test;
    const from = await seed(platform);
    const former = await registerWorker(platform, { machineId: 'restarting' });
    const id = await submit(platform, from);
    await startAttempt(test, id);
    const latter = await registerWorker(platform, { machineId: 'restarting' });
    assert.deepEqual([latter.workerId, latter.generation], [former.workerId, former.generation + 1]);
    assert.deepEqual(await states([id]), ['queued']);
    await assert.rejects(platform.workers.heartbeat({ ...former, devices: [], runningAttemptIds: [] }), { code: 'FENCED' });
    assert.equal((await startAttempt(test, id)).attempt, 2);
    // An orderly end queues it again as well, and frees the device for whoever comes.
    await platform.workers.markStopped(former);
    assert.deepEqual(await states([id]), ['running']);
    await platform.workers.markStopped(latter);
    assert.deepEqual(await states([id]), ['queued']);
    assert.equal((await test.sql('SELECT 1 FROM lease')).length, 0);
  });

  it('refuses a device that another living worker offers', async () => {
    const { platform } = test;
    const { deviceKeys } = await registerWorker(platform, { machineId: 'shared' });
    const device = { deviceKey: deviceKeys[0] ?? '', kind: 'cpu' as const, name: 'CPU', memoryTotalBytes: 1, memoryFreeBytes: 1 };
    const registration = { machineId: 'shared', home: '/other', hostname: 'shared', pid: 2, version: '0.1.0', devices: [device] };
    await assert.rejects(platform.workers.register(registration), { code: 'CONFLICT', message: /is offered by another worker on shared/ });
    assert.equal((await platform.workers.list()).filter(({ hostname }) => hostname === 'shared').length, 1);
  });
});
