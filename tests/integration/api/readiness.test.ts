import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type ApiServer } from '@eyegazer/api';
import type { ReadyAnswer } from '@eyegazer/core';
import { addressStore, createPlatform, openStore, type Platform } from '@eyegazer/platform';
import { Client } from 'pg';
import { useDatabase } from '../../fixtures/embedded-postgres.js';
import { needsRedis, startRedis, type RedisServer } from '../../fixtures/redis.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { startTcpProxy, type TcpProxy } from '../../fixtures/tcp-proxy.js';
import { registerWorker } from '../../fixtures/platform.js';
import { until } from '../../until.js';
import { noSources } from './api-world.js';

/** Far below what a server that hangs would take, far above what an answer takes. */
const limitMs = 8000;

describe('API: readiness', function () {
  this.timeout(60_000);
  const database = useDatabase();
  let redis: RedisServer;
  let proxy: TcpProxy;
  let platform: Platform;
  let server: ApiServer;
  let folder = '';
  let url = '';

  before(async function () {
    needsRedis(this);
    folder = await mkdtemp(join(tmpdir(), 'eyegazer-ready-'));
    await mkdir(join(folder, 'web'));
    await writeFile(join(folder, 'web', 'index.html'), '<!doctype html>');
    redis = await startRedis();
    proxy = await startTcpProxy(database.url);
    platform = await createPlatform({ databaseUrl: proxy.url, redisUrl: redis.url, log: silentLog });
    const storeAddress = addressStore({ kind: 'folder' }, { home: folder, cacheLimitBytes: 0 });
    server = createServer({
      platform,
      store: await openStore({ kind: 'folder' }, { ...storeAddress, log: silentLog }),
      storeAddress,
      home: folder,
      kinds: { queue: 'redis', store: 'folder' },
      log: silentLog,
      dataRoots: null,
      modelSources: noSources,
      uploadLimitBytes: 1e9,
      dashboardFolder: join(folder, 'web'),
    });
    ({ url } = await server.listen(0));
    await registerWorker(platform);
  });
  after(async () => {
    await server?.close();
    await platform?.close();
    await proxy?.close();
    await redis?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  async function ready(): Promise<ReadyAnswer & { status: number; missing: string[] }> {
    const startedAt = performance.now();
    const response = await fetch(`${url}/api/ready`);
    const body = (await response.json()) as ReadyAnswer;
    assert.ok(performance.now() - startedAt < limitMs, `took ${performance.now() - startedAt} ms`);
    const missing = Object.entries(body.checks).filter(([, { ok }]) => !ok).map(([name]) => name);
    return { ...body, status: response.status, missing };
  }
  const isWell = () => until(async () => (await ready()).missing.length === 0);

  it('names everything that is there, and what queue and store are', async () => {
    const { status, checks } = await ready();
    assert.equal(status, 200, JSON.stringify(checks));
    const { disk, ...rest } = checks;
    assert.deepEqual(rest, {
      process: { ok: true, required: true },
      database: { ok: true, required: true },
      migrations: { ok: true, required: true },
      queue: { ok: true, required: true, kind: 'redis' },
      store: { ok: true, required: true, kind: 'folder' },
      workers: { ok: true, required: false, alive: 1 },
      dashboard: { ok: true, required: false },
    });
    assert.ok((disk?.freeBytes ?? 0) > 0);
  });

  it('names the database when it is down, and is ready again when it is back', async () => {
    await proxy.cut();
    const { status, missing, checks } = await ready();
    assert.equal(status, 503);
    assert.deepEqual(missing, ['database', 'migrations', 'workers']);
    assert.match(checks['database']?.message ?? '', /database does not answer/);
    await proxy.mend();
    await isWell();
  });

  it('names the database when it hangs, in time', async () => {
    proxy.freeze();
    const { status, missing, checks } = await ready();
    assert.equal(status, 503);
    assert.deepEqual(missing, ['database', 'migrations', 'workers']);
    assert.match(checks['database']?.message ?? '', /Expected an answer within 2\.5 s, got none/);
    await proxy.mend();
    await isWell();
  });

  it('names the queue when Redis is down, and when it hangs', async () => {
    await redis.stop();
    const down = await ready();
    assert.deepEqual([down.status, down.missing, down.checks['queue']?.required], [503, ['queue'], true]);
    await redis.start();
    await isWell();
    redis.pause();
    const hanging = await ready();
    assert.deepEqual([hanging.status, hanging.missing], [503, ['queue']]);
    redis.resume();
    await isWell();
  });

  it('names the store when its folder is gone', async () => {
    await rename(join(folder, 'artifacts'), join(folder, 'moved'));
    const { status, missing, checks } = await ready();
    assert.deepEqual([status, missing], [503, ['store']]);
    assert.match(checks['store']?.message ?? '', /artifacts/);
    await rename(join(folder, 'moved'), join(folder, 'artifacts'));
    await isWell();
  });

  it('names migrations that the database lacks; one that a newer program made is told, and no reason to stop', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query(`UPDATE _prisma_migrations SET migration_name = '9999_of_tomorrow' WHERE migration_name = '0002_doors_and_bin'`);
      const { status, missing, checks } = await ready();
      assert.deepEqual([status, missing], [503, ['migrations']]);
      assert.match(checks['migrations']?.message ?? '', /lacks the migrations 0002_doors_and_bin/);
      await client.query(`INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('x', 'x', now(), '0002_doors_and_bin')`);
      const newer = await ready();
      assert.deepEqual([newer.status, newer.missing], [200, ['migrations']]);
      assert.match(newer.checks['migrations']?.message ?? '', /9999_of_tomorrow, which this version does not know/);
    } finally {
      await client.query(`DELETE FROM _prisma_migrations WHERE id = 'x'`);
      await client.query(`UPDATE _prisma_migrations SET migration_name = '0002_doors_and_bin' WHERE migration_name = '9999_of_tomorrow'`);
      await client.end();
    }
  });

  it('is ready without a worker and without a dashboard, and says that they are missing', async () => {
    await rename(join(folder, 'web', 'index.html'), join(folder, 'web', 'elsewhere'));
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(`UPDATE worker SET state = 'stopped'`);
    await client.end();
    const { status, missing, checks } = await ready();
    assert.deepEqual([status, missing], [200, ['workers', 'dashboard']]);
    assert.equal(checks['workers']?.alive, 0);
    assert.match(checks['dashboard']?.message ?? '', /npm run build/);
  });
});
