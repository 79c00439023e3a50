import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useDatabase } from '../../fixtures/embedded-postgres.js';
import { useQueueServer } from '../../fixtures/redis.js';
import { startTcpProxy, type TcpProxy } from '../../fixtures/tcp-proxy.js';
import { until } from '../../until.js';
import { findTrainers, isAlive, startWorkerProcess, type WorkerProcess } from './worker-process.js';

describe('worker: shutting down without its database', function () {
  this.timeout(60_000);
  const database = useDatabase();
  const queue = useQueueServer();
  let proxy: TcpProxy;
  let worker: WorkerProcess | null = null;
  let home = '';
  let output = '';

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-worker-shutdown-'));
  });
  after(() => rm(home, { recursive: true, force: true }));
  beforeEach(async () => {
    proxy = await startTcpProxy(database.url);
    output = '';
    worker = await startWorkerProcess({ DATABASE_URL: proxy.url, REDIS_URL: queue.redisUrl ?? '', EYEGAZER_HOME: home, LOG_LEVEL: 'info' }, (text) => (output += text));
  });
  afterEach(async () => {
    worker?.child.kill('SIGKILL');
    await worker?.exited;
    await proxy.close();
  });

  for (const [how, fail] of [['is down', () => proxy.cut()], ['hangs', async () => proxy.freeze()]] as const) {
    it(`ends within 8 s, with code 1 and without an orphan, when it ${how}`, async () => {
      assert.ok(worker);
      const pid = worker.child.pid ?? 0;
      const trainers = await until(() => findTrainers(pid).length > 0 && findTrainers(pid));
      await fail();
      const toldAt = performance.now();
      worker.child.kill('SIGTERM');
      assert.deepEqual(await worker.exited, { code: 1, signal: null }, output);
      assert.ok(performance.now() - toldAt < 8000, `took ${performance.now() - toldAt} ms`);
      await until(() => !trainers.some(isAlive));
      assert.match(output, /"msg":"(Closing the agent failed|Shutting down took too long; what is left is cut off)"/);
    });
  }
});
