import assert from 'node:assert/strict';
import type { Platform } from '@eyegazer/platform';
import { endAll, registerWorker, seed, startAttempt, submit, usePlatform, type Seed } from '../../fixtures/platform.js';

describe('statistics', () => {
  const test = usePlatform();
  let platform: Platform;
  let from: Seed;

  before(async () => {
    platform = test.platform;
    from = await seed(platform);
  });
  afterEach(async () => {
    await endAll(test);
    await test.sql('DELETE FROM experiment');
    await test.sql('DELETE FROM worker');
  });

  it('counts nothing when there is nothing', async () => {
    assert.deepEqual(await platform.statistics.read(), {
      experiments: { queued: 0, placed: 0, running: 0, paused: 0, succeeded: 0, failed: 0, cancelled: 0, stopped: 0 },
      attempts: { placed: 0, starting: 0, running: 0 },
      workers: { alive: 0, lost: 0, stopped: 0 },
      devices: [],
      leases: { placed: 0, starting: 0, running: 0, ended: 0 },
      unpublished: 0,
    });
    assert.deepEqual(await platform.statistics.readQueue(), { waiting: 0, placed: 0, running: 0, demand: 0, devices: 0, freeDevices: 0 });
    assert.deepEqual(await platform.statistics.readPace(), []);
  });

  it('counts experiments, attempts, leases, devices and workers by state, and not what is in the bin', async () => {
    await registerWorker(platform, { devices: 3 });
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push(await submit(platform, from));
    const running = await startAttempt(test, ids[0] ?? '');
    await startAttempt(test, ids[1] ?? '');
    await platform.attempts.end(running.attemptId, { kind: 'succeeded' });
    await platform.experiments.delete(ids[0] ?? '');
    await platform.experiments.cancel(ids[4] ?? '');
    await platform.placer.runOnce();
    const { experiments, attempts, leases, devices, workers, unpublished } = await platform.statistics.read();
    assert.deepEqual(experiments, { queued: 0, placed: 2, running: 1, paused: 0, succeeded: 0, failed: 0, cancelled: 1, stopped: 0 });
    assert.deepEqual(attempts, { placed: 2, starting: 0, running: 1 });
    assert.deepEqual(leases, { placed: 2, starting: 0, running: 1, ended: 0 });
    assert.deepEqual(devices, [{ kind: 'cpu', state: 'taken', count: 3 }]);
    assert.deepEqual(workers, { alive: 1, lost: 0, stopped: 0 });
    assert.equal(unpublished, 0);
    assert.deepEqual(await platform.statistics.readQueue(), { waiting: 0, placed: 2, running: 1, demand: 3, devices: 3, freeDevices: 0 });
  });

  it('calls the devices of a silent worker lost, with the lease that it holds, and leaves out those of a stopped one', async () => {
    const silent = await registerWorker(platform, { devices: 2 });
    const stopped = await registerWorker(platform);
    await platform.workers.markStopped(stopped);
    const id = await submit(platform, from);
    await startAttempt(test, id);
    await registerWorker(platform, { devices: 2 });
    await test.sql(`UPDATE worker SET heartbeat_at = now() - interval '1 minute' WHERE id = $1`, [silent.workerId]);
    await platform.workers.markLost();
    const { devices, leases, workers, experiments } = await platform.statistics.read();
    assert.deepEqual(devices, [{ kind: 'cpu', state: 'free', count: 2 }, { kind: 'cpu', state: 'lost', count: 2 }]);
    assert.deepEqual(leases, { placed: 0, starting: 0, running: 0, ended: 1 });
    assert.deepEqual(workers, { alive: 1, lost: 1, stopped: 1 });
    assert.equal(experiments.queued, 1);
    assert.deepEqual(await platform.statistics.readQueue(), { waiting: 1, placed: 0, running: 0, demand: 1, devices: 2, freeDevices: 2 });
  });

  it('reads the newest point of every running attempt, whatever the order of its writing', async () => {
    const { workerId, deviceKeys } = await registerWorker(platform);
    const id = await submit(platform, from);
    const { attempt } = await startAttempt(test, id);
    const at = new Date().toISOString();
    const points = (updates: number[], stepSeconds: number[]) => ({ updates, series: { stepSeconds, dataWaitSeconds: stepSeconds.map((value) => value / 10) } });
    await platform.events.append({
      experimentId: id,
      attempt,
      events: [
        { counter: 1, at, type: 'metrics', data: points([1], [9]) },
        { counter: 2, at, type: 'metrics', data: points([2, 3], [7, 5]) },
      ],
    });
    const pace = await platform.statistics.readPace();
    assert.deepEqual(pace, [{ workerId, hostname: deviceKeys[0]?.split('/')[0], deviceKey: deviceKeys[0], deviceKind: 'cpu', values: { stepSeconds: 5, dataWaitSeconds: 0.5 } }]);
  });

  it('has what living workers have said of their event logs last', async () => {
    const worker = await registerWorker(platform);
    assert.deepEqual(await platform.statistics.readEventLogs(), []);
    const eventLog = { appends: 2, events: 30, appendSeconds: 0.25, lagSeconds: 0.5 };
    await platform.workers.heartbeat({ ...worker, devices: [], runningAttemptIds: [], eventLog });
    await platform.workers.heartbeat({ ...worker, devices: [], runningAttemptIds: [] });
    assert.deepEqual((await platform.statistics.readEventLogs()).map(({ workerId, work }) => ({ workerId, work })), [{ workerId: worker.workerId, work: eventLog }]);
  });

  it('costs little beside 10,000 experiments: counts come from indexes', async function () {
    this.timeout(60_000);
    await submit(platform, from);
    await test.sql(`
      INSERT INTO experiment (id, name, state, config, task, task_kind, plan, warnings, tags, priority, device_kind, dataset_version_id, model_id)
      SELECT 'bulk-' || i, name, (ARRAY['succeeded', 'failed', 'cancelled'])[1 + i % 3], config || jsonb_build_object('pad', repeat('x', 2000)), task, task_kind, plan, warnings, tags, priority, device_kind, dataset_version_id, model_id
      FROM experiment, generate_series(1, 10000) AS i`);
    const { workerId } = await registerWorker(platform);
    await test.sql(`INSERT INTO attempt (id, experiment_id, number, state, worker_id, device_key) SELECT id, id, 1, 'succeeded', $1, 'device' FROM experiment WHERE id LIKE 'bulk-%'`, [workerId]);
    await test.sql('VACUUM ANALYZE experiment');
    await test.sql('VACUUM ANALYZE attempt');
    const planOf = async (text: string): Promise<string> => (await test.sql<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`)).map((row) => row['QUERY PLAN']).join('\n');
    assert.match(await planOf('SELECT state, count(*) FROM experiment GROUP BY state'), /Index Only Scan/);
    assert.match(await planOf('SELECT state, -count(*) FROM experiment WHERE deleted_at IS NOT NULL GROUP BY state'), /experiment_bin_idx/);
    assert.match(await planOf(`SELECT count(*) FROM experiment WHERE state = 'queued'`), /Index Only Scan/);
    const live = `state IN ('placed', 'starting', 'running')`;
    assert.match(await planOf(`SELECT state, count(*) FROM attempt WHERE ${live} GROUP BY state`), /attempt_live_/);
    assert.match(
      await planOf(`SELECT 1 FROM attempt CROSS JOIN LATERAL (SELECT 1 FROM metric_chunk WHERE experiment_id = attempt.experiment_id AND attempt = attempt.number ORDER BY last_update DESC LIMIT 1) c WHERE ${live}`),
      /metric_chunk_experiment_id_attempt_last_update_idx[\s\S]*attempt_live_|attempt_live_[\s\S]*metric_chunk_experiment_id_attempt_last_update_idx/,
    );
    const { experiments } = await platform.statistics.read();
    assert.deepEqual([experiments.queued, experiments.succeeded + experiments.failed + experiments.cancelled], [1, 10_000]);
  });
});
