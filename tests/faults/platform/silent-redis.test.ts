/** A Redis that accepts and says nothing: only time tells, so these tests wait for it. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { createQueues, type Queues } from '@eyegazer/platform';
import { findFreePort } from '../../fixtures/free-port.js';
import { needsRedis, startRedis, type RedisServer } from '../../fixtures/redis.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { until } from '../../until.js';

const databaseUrl = 'postgresql://nobody@127.0.0.1:1/none';
const silent = { name: 'AppError', code: 'UNAVAILABLE', message: /^Redis at \S+ does not answer\. Check the host, the port and redis:\/\/ or rediss:\/\/ \(TLS\)/ };

describe('a Redis that says nothing', function () {
  this.timeout(60_000);
  let server: RedisServer;
  let queues: Queues;

  before(async function () {
    needsRedis(this);
    server = await startRedis();
  });
  after(() => server?.remove());
  beforeEach(async () => {
    queues = await createQueues({ databaseUrl, redisUrl: server.url, log: silentLog });
  });
  afterEach(async () => {
    server.resume();
    await queues.close();
  });

  it('makes publishing fail, not hang; afterwards everything goes on', async () => {
    const taken: string[] = [];
    await queues.consume('worker', { concurrency: 1, handler: async ({ attemptId }) => void taken.push(attemptId) });
    await queues.publish('worker', { attemptId: 'before', priority: 0 });
    await until(() => taken.length === 1);
    server.pause();
    await assert.rejects(queues.publish('worker', { attemptId: 'meanwhile', priority: 0 }), silent);
    server.resume();
    await until(() => queues.publish('worker', { attemptId: 'after', priority: 0 }).then(() => true, () => false));
    await until(() => taken.includes('after'), 30_000);
  });

  it('does not keep a consumer from closing', async () => {
    let begun = false;
    const consumer = await queues.consume('worker', {
      concurrency: 1,
      async handler(_, signal) {
        begun = true;
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      },
    });
    await queues.publish('worker', { attemptId: 'in hand', priority: 0 });
    await until(() => begun);
    server.pause();
    await consumer.close();
    await queues.close();
  });

  it('is given up at the start, and so is one that waits for words without TLS', async () => {
    const mute = createServer((socket) => socket.on('error', () => undefined));
    const port = await findFreePort();
    await new Promise<void>((resolve) => mute.listen(port, '127.0.0.1', resolve));
    try {
      await assert.rejects(createQueues({ databaseUrl, redisUrl: `redis://127.0.0.1:${port}`, log: silentLog }), silent);
      await assert.rejects(createQueues({ databaseUrl, redisUrl: `rediss://127.0.0.1:${server.port}`, log: silentLog }), silent);
    } finally {
      mute.close();
    }
  });
});
