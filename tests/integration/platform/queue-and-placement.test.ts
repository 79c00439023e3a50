/** Placement over a queue that loses what it was told, is away, or says everything twice: PostgreSQL knows what is to be done. */
import assert from 'node:assert/strict';
import type { Platform } from '@eyegazer/platform';
import { endAll, registerWorker, seed, submit, usePlatform } from '../../fixtures/platform.js';
import { needsRedis, startRedis, type RedisServer } from '../../fixtures/redis.js';
import { until } from '../../until.js';

for (const backend of ['PostgreSQL', 'Redis'] as const) {
  describe(`placement over a queue on ${backend}`, function () {
    this.timeout(60_000);
    const test = usePlatform();
    let redis: RedisServer | null = null;
    let platform: Platform;

    before(async function () {
      if (backend === 'Redis') {
        needsRedis(this);
        redis = await startRedis();
      }
      platform = await test.another({ redisUrl: redis?.url ?? null });
    });
    afterEach(() => endAll(test));
    after(() => redis?.remove());

    const attemptOf = async (experimentId: string): Promise<string> => {
      const [row] = await test.sql<{ id: string }>('SELECT id FROM attempt WHERE experiment_id = $1', [experimentId]);
      return row?.id ?? '';
    };

    it('delivers the attempt of the experiment with the higher priority first, though it was placed last', async () => {
      const from = await seed(platform);
      const worker = await registerWorker(platform, { devices: 3 });
      const experiments: string[] = [];
      for (const priority of [0, -5, 7]) {
        experiments.push(await submit(platform, from, { config: { resources: { priority } } }));
        assert.deepEqual(await platform.placer.runOnce(), { placed: 1, published: 1 });
      }
      const taken: string[] = [];
      const consumer = await platform.queues.consume(worker.workerId, { concurrency: 1, handler: async ({ attemptId }) => void taken.push(attemptId) });
      await until(() => taken.length === 3);
      await consumer.close();
      const [usual, low, high] = await Promise.all(experiments.map(attemptOf));
      assert.deepEqual(taken, [high, usual, low]);
    });

    it('lets one of two deliveries of an attempt begin it', async () => {
      const id = await submit(platform, await seed(platform));
      const worker = await registerWorker(platform);
      await platform.placer.runOnce();
      const attemptId = await attemptOf(id);
      const claims: (string | null)[] = [];
      const consumer = await platform.queues.consume(worker.workerId, {
        concurrency: 2,
        handler: async (job) => void claims.push((await platform.attempts.claim({ ...job, workerId: worker.workerId }))?.experimentId ?? null),
      });
      await until(() => claims.length === 1);
      await until(async () => (await platform.queues.publish(worker.workerId, { attemptId, priority: 0 }), claims.length > 1));
      await consumer.close();
      assert.equal(claims.filter((experimentId) => experimentId === id).length, 1);
      assert.equal(claims[0], id);
    });
  });
}

describe('placement when Redis fails', function () {
  this.timeout(60_000);
  const test = usePlatform();
  let redis: RedisServer;
  let platform: Platform;

  before(async function () {
    needsRedis(this);
    redis = await startRedis();
    platform = await test.another({ redisUrl: redis.url });
  });
  afterEach(() => endAll(test));
  after(() => redis?.remove());

  async function takeOne(workerId: string): Promise<string> {
    const taken: string[] = [];
    const consumer = await platform.queues.consume(workerId, { concurrency: 1, handler: async ({ attemptId }) => void taken.push(attemptId) });
    const attemptId = await until(() => taken[0]);
    await consumer.close();
    return attemptId;
  }

  it('publishes again what a Redis without persistence lost in its restart, once nobody has taken it for half a minute', async () => {
    const id = await submit(platform, await seed(platform));
    const worker = await registerWorker(platform);
    assert.deepEqual(await platform.placer.runOnce(), { placed: 1, published: 1 });
    assert.equal(await platform.queues.depth(), 1);
    await redis.stop();
    await redis.start();
    await until(() => platform.queues.ping().then(() => true, () => false));
    assert.equal(await platform.queues.depth(), 0);
    assert.equal((await platform.placer.runOnce()).published, 0);
    await test.sql(`UPDATE outbox SET published_at = now() - interval '31 s' WHERE worker_id = $1`, [worker.workerId]);
    assert.equal((await platform.placer.runOnce()).published, 1);
    const attemptId = await takeOne(worker.workerId);
    assert.equal((await platform.attempts.claim({ attemptId, workerId: worker.workerId }))?.experimentId, id);
  });

  it('reaches a consumer that was waiting when everything was flushed', async () => {
    const worker = await registerWorker(platform);
    const taken: string[] = [];
    const consumer = await platform.queues.consume(worker.workerId, { concurrency: 1, handler: async ({ attemptId }) => void taken.push(attemptId) });
    await redis.flush();
    await submit(platform, await seed(platform));
    await platform.placer.runOnce();
    await until(() => taken.length === 1, 30_000);
    await consumer.close();
  });

  it('places while Redis is away, and publishes when it is back', async () => {
    const id = await submit(platform, await seed(platform));
    const worker = await registerWorker(platform);
    await redis.stop();
    await assert.rejects(platform.placer.runOnce(), { code: 'UNAVAILABLE', message: /^Redis at 127\.0\.0\.1:\d+ does not answer/ });
    assert.equal((await platform.experiments.get(id)).state, 'placed');
    await redis.start();
    await until(() => platform.placer.runOnce().then(({ published }) => published === 1, () => false));
    const attemptId = await takeOne(worker.workerId);
    assert.equal((await platform.attempts.claim({ attemptId, workerId: worker.workerId }))?.experimentId, id);
  });
});
