/** What a queue promises, held against both backends on servers of their own, which the tests stop and start. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQueues, startEmbeddedPostgres, type Queues } from '@eyegazer/platform';
import { needsRedis, startRedis } from '../../fixtures/redis.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { until } from '../../until.js';
import { forkQueueChild } from './queue-child.js';

interface Server {
  urls: { databaseUrl: string; redisUrl: string | null };
  stop(): Promise<void>;
  /** At the same address, with what it knew. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

async function startPostgresServer(): Promise<Server> {
  const home = await mkdtemp(join(tmpdir(), 'eyegazer-queue-'));
  let postgres = await startEmbeddedPostgres({ home, log: silentLog });
  return {
    urls: { databaseUrl: postgres.url, redisUrl: null },
    stop: () => postgres.stop(),
    start: async () => void (postgres = await startEmbeddedPostgres({ home, log: silentLog })),
    async remove() {
      await postgres.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function startRedisServer(): Promise<Server> {
  const redis = await startRedis({ persistent: true });
  return { ...redis, urls: { databaseUrl: 'postgresql://nobody@127.0.0.1:1/none', redisUrl: redis.url } };
}

const backends = [
  { name: 'PostgreSQL', startServer: startPostgresServer, needsServer: () => undefined },
  { name: 'Redis', startServer: startRedisServer, needsServer: needsRedis },
];

/** Short enough to be waited for; a busy machine may then take a running job for a stalled one, so only one test has it. */
const stalledAfterMs = 700;

for (const { name, startServer, needsServer } of backends) {
  describe(`queue on ${name}`, function () {
    this.timeout(60_000);
    let server: Server;
    let queues: Queues;
    const opened: Queues[] = [];
    let workers = 0;
    let workerId = '';

    before(async function () {
      needsServer(this);
      server = await startServer();
    });
    after(() => server?.remove());
    beforeEach(async () => {
      workers += 1;
      workerId = `worker-${workers}`;
      queues = await open();
    });
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
    });

    /** Another process's, as it were. */
    async function open(options: { stalledAfterMs?: number } = {}): Promise<Queues> {
      const each = await createQueues({ ...server.urls, ...options, log: silentLog });
      opened.push(each);
      return each;
    }
    const publish = (attemptId: string, priority = 0, to = workerId): Promise<void> => queues.publish(to, { attemptId, priority });
    /** Consumes one at a time and notes what comes. */
    async function collect(from = workerId, through = queues): Promise<string[]> {
      const taken: string[] = [];
      await through.consume(from, { concurrency: 1, handler: async ({ attemptId }) => void taken.push(attemptId) });
      return taken;
    }

    it('delivers what was published before and after somebody consumes, and counts what waits', async () => {
      await publish('first');
      await publish('second');
      assert.equal(await queues.depth(), 2);
      const taken = await collect();
      await until(() => taken.length === 2);
      await (await open()).publish(workerId, { attemptId: 'third', priority: 0 });
      await until(() => taken.length === 3);
      assert.deepEqual(taken, ['first', 'second', 'third']);
      assert.equal(await queues.depth(), 0);
    });

    it('delivers the higher priority first, then the older', async () => {
      for (const [attemptId, priority] of [['usual', 0], ['lowest', -1000], ['high, older', 5], ['high, younger', 5], ['highest', 1000]] as const) await publish(attemptId, priority);
      const taken = await collect();
      await until(() => taken.length === 5);
      assert.deepEqual(taken, ['highest', 'high, older', 'high, younger', 'usual', 'lowest']);
    });

    it('takes an attempt published twice once, while it waits and while it runs, and anew when it is done', async () => {
      const taken: string[] = [];
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      await publish('twice');
      await publish('twice');
      await queues.consume(workerId, {
        concurrency: 1,
        async handler({ attemptId }) {
          taken.push(attemptId);
          await held;
        },
      });
      await until(() => taken.length === 1);
      await publish('twice');
      await publish('last');
      release();
      await until(() => taken.includes('last'));
      assert.deepEqual(taken, ['twice', 'last']);
      await until(async () => (await publish('twice'), taken.length === 3));
      assert.equal(taken[2], 'twice');
    });

    it('never tries a failed job again by itself; the next attempt is another job', async () => {
      const taken: string[] = [];
      await queues.consume(workerId, {
        concurrency: 1,
        async handler({ attemptId }) {
          taken.push(attemptId);
          if (attemptId === 'attempt 1') throw new Error('as a test wants it');
        },
      });
      await publish('attempt 1');
      await until(() => taken.length === 1);
      await publish('attempt 2');
      await until(() => taken.length === 2);
      await publish('attempt 3');
      await until(() => taken.includes('attempt 3'));
      assert.deepEqual(taken, ['attempt 1', 'attempt 2', 'attempt 3']);
    });

    it('delivers the job of a consumer that was killed to the next one', async () => {
      const former = forkQueueChild({ mode: 'hold', workerId, options: { ...server.urls, stalledAfterMs } });
      await publish('orphan');
      await former.untilTaken('orphan');
      former.child.kill('SIGKILL');
      assert.deepEqual(await former.exited, [null, 'SIGKILL']);
      const taken = await collect(workerId, await open({ stalledAfterMs }));
      await until(() => taken.includes('orphan'), 30_000);
    });

    it('tells running jobs to end when their consumer is closed, waits for them and takes no more', async () => {
      const story: string[] = [];
      const consumer = await queues.consume(workerId, {
        concurrency: 1,
        async handler({ attemptId }, signal) {
          story.push(`${attemptId} begins`);
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => setImmediate(resolve), { once: true }));
          story.push(`${attemptId} ends`);
        },
      });
      await publish('running');
      await until(() => story.length > 0);
      await publish('waiting');
      await consumer.close();
      assert.deepEqual(story, ['running begins', 'running ends']);
      const taken = await collect();
      await until(() => taken.length > 0);
      assert.deepEqual(taken, ['waiting']);
    });

    it('runs as many jobs at once as it is told, and no more', async () => {
      let running = 0;
      let most = 0;
      const releases: (() => void)[] = [];
      await queues.consume(workerId, {
        concurrency: 3,
        async handler() {
          running += 1;
          most = Math.max(most, running);
          await new Promise<void>((resolve) => releases.push(resolve));
          running -= 1;
        },
      });
      for (let i = 0; i < 8; i++) await publish(`attempt ${i}`);
      for (let done = 0; done < 8; done++) {
        await until(() => releases.length === Math.min(3, 8 - done));
        releases.shift()?.();
      }
      await until(() => running === 0);
      assert.equal(most, 3);
    });

    it('gives every worker its own jobs only', async () => {
      const others = `${workerId}-other`;
      const [mine, theirs] = [await collect(), await collect(others)];
      for (let i = 0; i < 5; i++) {
        await publish(`mine ${i}`);
        await publish(`theirs ${i}`, 0, others);
      }
      await until(() => mine.length + theirs.length >= 10);
      assert.deepEqual([mine, theirs], [[0, 1, 2, 3, 4].map((i) => `mine ${i}`), [0, 1, 2, 3, 4].map((i) => `theirs ${i}`)]);
    });

    it('forgets a worker and every job of it, and knows it again when something is published', async () => {
      await publish('never taken');
      await publish('another one', 0, `${workerId}-other`);
      const known = async (): Promise<string[]> => (await queues.listWorkers()).filter((id) => id.startsWith(workerId)).sort();
      assert.deepEqual(await known(), [workerId, `${workerId}-other`]);
      await queues.forget(workerId);
      assert.deepEqual(await known(), [`${workerId}-other`]);
      assert.equal(await queues.depth(), 1);
      await queues.forget(workerId); // nothing is left of it, and that is no error
      await publish('first of a new life');
      const taken = [await collect(), await collect(`${workerId}-other`)];
      await until(() => taken.every(({ length }) => length > 0));
      assert.deepEqual(taken, [['first of a new life'], ['another one']]);
    });

    it('goes on delivering to a worker that was forgotten while it consumes, also from a process that knew it before', async () => {
      const another = await open();
      const taken = await collect();
      await another.publish(workerId, { attemptId: 'before', priority: 0 });
      await until(() => taken.length === 1);
      await queues.forget(workerId);
      await another.publish(workerId, { attemptId: 'after', priority: 0 });
      await until(() => taken.length === 2);
      assert.deepEqual(taken, ['before', 'after']);
    });

    it('delivers after a restart of the server what it was told before', async () => {
      await publish('kept');
      await server.stop();
      await server.start();
      await until(() => queues.ping().then(() => true, () => false));
      const taken = await collect();
      await until(() => taken.length > 0);
      assert.deepEqual(taken, ['kept']);
    });

    it('says UNAVAILABLE while the server is away; consumers go on by themselves when it is back', async () => {
      const taken = await collect();
      await publish('before');
      await until(() => taken.length === 1);
      await server.stop();
      await assert.rejects(publish('meanwhile'), { name: 'AppError', code: 'UNAVAILABLE' });
      // A queue that is opened only now must work later too.
      await assert.rejects(publish('elsewhere', 0, `${workerId}-new`), { name: 'AppError', code: 'UNAVAILABLE' });
      await assert.rejects(queues.ping(), { name: 'AppError', code: 'UNAVAILABLE' });
      await assert.rejects(queues.depth(), { name: 'AppError', code: 'UNAVAILABLE' });
      await server.start();
      await until(() => publish('after').then(() => true, () => false));
      await until(() => taken.length === 2, 30_000);
      assert.deepEqual(taken, ['before', 'after']);
      await publish('elsewhere', 0, `${workerId}-new`);
      const elsewhere = await collect(`${workerId}-new`);
      await until(() => elsewhere.length === 1);
    });

    it('closes while the server is away, with a job in hand', async () => {
      const story: string[] = [];
      const consumer = await queues.consume(workerId, {
        concurrency: 1,
        async handler(_, signal) {
          story.push('begins');
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          story.push('ends');
        },
      });
      await publish('in hand');
      await until(() => story.length === 1);
      await server.stop();
      await consumer.close();
      await queues.close();
      opened.length = 0;
      assert.deepEqual(story, ['begins', 'ends']);
      await server.start();
    });

    it('leaves nothing open that would keep a process alive', async () => {
      const { messages, exited } = forkQueueChild({ mode: 'once', workerId, options: server.urls });
      assert.deepEqual(await exited, [0, null]);
      assert.deepEqual(messages, [{ taken: 'once' }, { closed: true }]);
    });
  });
}
