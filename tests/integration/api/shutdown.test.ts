import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressStore, openStore } from '@eyegazer/platform';
import { io } from 'socket.io-client';
import { findFreePort } from '../../fixtures/free-port.js';
import { registerWorker, seed, startAttempt, submit, usePlatform } from '../../fixtures/platform.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { startTcpProxy } from '../../fixtures/tcp-proxy.js';
import { until } from '../../until.js';
import { startApiProcess, type ApiProcess } from './api-process.js';

/** More than the sockets between two programs hold. */
const artifactBytes = 64 * 1024 * 1024;

describe('API: shutting down', function () {
  this.timeout(120_000);
  const test = usePlatform();
  const running: ApiProcess[] = [];
  let home = '';
  let experimentId = '';

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-shutdown-'));
    const store = await openStore({ kind: 'folder' }, { ...addressStore({ kind: 'folder' }, { home, cacheLimitBytes: 0 }), log: silentLog });
    const artifact = await store.put(Buffer.alloc(artifactBytes, 'eye'));
    const from = await seed(test.platform);
    await registerWorker(test.platform);
    experimentId = await submit(test.platform, from);
    const { attempt, attemptId } = await startAttempt(test, experimentId);
    await test.platform.events.append({ experimentId, attempt, events: [{ counter: 1, at: new Date().toISOString(), type: 'artifact', data: { name: 'large.bin', ...artifact } }] });
    await test.platform.attempts.end(attemptId, { kind: 'succeeded' });
  });
  afterEach(() => running.splice(0).forEach(({ child }) => child.kill('SIGKILL')));
  after(() => rm(home, { recursive: true, force: true }));

  function start(env: Record<string, string> = {}): ApiProcess {
    const api = startApiProcess({ DATABASE_URL: test.url, EYEGAZER_HOME: home, ...(test.redisUrl === null ? {} : { REDIS_URL: test.redisUrl }), ...env });
    running.push(api);
    return api;
  }

  /** A download that has begun and is not read on. */
  async function startDownload(url: string): Promise<IncomingMessage> {
    const request = get(`${url}/api/experiments/${experimentId}/artifacts/large.bin`);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 200);
    return response;
  }
  async function readOn(response: IncomingMessage): Promise<number> {
    let bytes = 0;
    for await (const chunk of response) bytes += (chunk as Buffer).length;
    return bytes;
  }
  const ask = async (url: string, path: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(url + path);
    return { status: response.status, body: await response.json() };
  };
  const untilStopping = (url: string) => until(async () => (await ask(url, '/api/health')).status === 503);

  it('finishes a download that is under way, says meanwhile that it stops, takes nothing new, and ends with code 0', async () => {
    const api = start();
    const url = await api.ready;
    const download = await startDownload(url);
    api.child.kill('SIGTERM');
    await untilStopping(url);
    assert.equal(((await ask(url, '/api/health')).body as { status: string }).status, 'stopping');
    const ready = await ask(url, '/api/ready');
    assert.equal(ready.status, 503);
    assert.deepEqual((ready.body as { checks: Record<string, unknown> }).checks['process'], { ok: false, required: true, message: 'It is shutting down.' });
    const refused = await fetch(`${url}/api/experiments`);
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get('connection'), 'close');
    assert.match(JSON.stringify(await refused.json()), /"code":"UNAVAILABLE".*shutting down/);
    assert.equal(await readOn(download), artifactBytes);
    assert.deepEqual(await api.exited, { code: 0, signal: null });
    await assert.rejects(fetch(url));
  });

  it('cuts off a download that nobody reads, and still ends within 8 s with code 0', async () => {
    const api = start();
    const download = await startDownload(await api.ready);
    const broken = once(download, 'error');
    const toldAt = performance.now();
    api.child.kill('SIGTERM');
    assert.deepEqual(await api.exited, { code: 0, signal: null });
    assert.ok(performance.now() - toldAt < 8000, `took ${performance.now() - toldAt} ms`);
    download.resume();
    await broken;
  });

  it('ends at once when it is told twice', async () => {
    const api = start();
    const url = await api.ready;
    await startDownload(url);
    api.child.kill('SIGTERM');
    await untilStopping(url);
    const again = setInterval(() => api.child.kill('SIGTERM'), 50);
    const { code } = await api.exited;
    clearInterval(again);
    assert.equal(code, 1);
    assert.ok(api.lines().some(({ msg }) => msg === 'Told twice: ending at once'));
  });

  it('hangs up its sockets in good order: their clients come back to whoever answers next', async () => {
    const port = String(await findFreePort());
    const api = start({ PORT: port });
    const socket = io(await api.ready, { transports: ['websocket'], reconnectionDelay: 50, reconnectionDelayMax: 100 });
    try {
      await until(() => socket.connected);
      const gone = new Promise<string>((resolve) => socket.once('disconnect', resolve));
      api.child.kill('SIGTERM');
      assert.equal(await gone, 'transport close');
      assert.equal(socket.active, true);
      assert.deepEqual(await api.exited, { code: 0, signal: null });
      await start({ PORT: port }).ready;
      await until(() => socket.connected);
      assert.equal(((await socket.emitWithAck('subscribe', { experimentId, after: 0 })) as { ok: boolean }).ok, true);
    } finally {
      socket.close();
    }
  });

  it('ends in time when its database is down, and when it hangs', async () => {
    const proxy = await startTcpProxy(test.url);
    try {
      const orphan = start({ DATABASE_URL: proxy.url });
      await orphan.ready;
      await proxy.cut();
      const cutAt = performance.now();
      orphan.child.kill('SIGTERM');
      assert.deepEqual(await orphan.exited, { code: 0, signal: null }, orphan.output());
      assert.ok(performance.now() - cutAt < 8000);

      await proxy.mend();
      const waiting = start({ DATABASE_URL: proxy.url });
      await waiting.ready;
      proxy.freeze();
      const frozenAt = performance.now();
      waiting.child.kill('SIGTERM');
      assert.equal((await waiting.exited).signal, null);
      assert.ok(performance.now() - frozenAt < 9000, `took ${performance.now() - frozenAt} ms`);
    } finally {
      await proxy.close();
    }
  });

  it('goes on answering, and ends in order, when nobody reads its log any more', async () => {
    const api = start({ LOG_LEVEL: 'debug' });
    const url = await api.ready;
    api.child.stdout?.destroy();
    api.child.stderr?.destroy();
    for (let i = 0; i < 20; i++) assert.equal((await ask(url, '/api/health')).status, 200);
    api.child.kill('SIGTERM');
    assert.deepEqual(await api.exited, { code: 0, signal: null });
  });
});
