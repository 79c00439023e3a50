/** The API's process on a real S3 store: what it imports lies there, what it hands out comes from there, and no secret is told. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { DatasetSampleWire, DatasetWire, EventData } from '@eyegazer/core';
import { addressStore, openStore } from '@eyegazer/platform';
import { findFreePort } from '../../fixtures/free-port.js';
import { registerWorker, seed, startAttempt, submit, usePlatform } from '../../fixtures/platform.js';
import { useRadosgw } from '../../fixtures/radosgw.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { until } from '../../until.js';
import { startApiProcess, type ApiProcess } from './api-process.js';
import { writeAptosFolder } from './api-world.js';

describe('API: the process on S3', function () {
  this.timeout(60_000);
  const test = usePlatform();
  const bucket = useRadosgw();
  const started: ApiProcess[] = [];
  let home = '';
  const weights = 'weights '.repeat(50_000);

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-api-s3-'));
    await writeAptosFolder(join(home, 'eyes'), 30);
  });
  afterEach(async () => {
    for (const { child, exited, output } of started.splice(0)) {
      child.kill('SIGTERM');
      await exited;
      const { secretAccessKey = '' } = bucket.settings.credentials ?? {};
      for (const form of [secretAccessKey, encodeURIComponent(secretAccessKey)]) assert.ok(!output().includes(form), 'the log tells the secret');
    }
  });
  after(() => rm(home, { recursive: true, force: true }));

  function start(env: Record<string, string> = {}): ApiProcess {
    const api = startApiProcess({ DATABASE_URL: test.url, REDIS_URL: test.redisUrl ?? '', EYEGAZER_HOME: home, LOG_LEVEL: 'debug', ...bucket.variables, ...env });
    started.push(api);
    return api;
  }

  it('refuses to start without its store, and says what to do', async () => {
    const cases: [Record<string, string>, RegExp][] = [
      [{ S3_BUCKET: 'not-there' }, /Eyegazer API: There is no bucket "not-there" at http:\S+\. Create it, or set S3_BUCKET\./],
      [{ AWS_ACCESS_KEY_ID: 'NOBODY', AWS_SECRET_ACCESS_KEY: 'x' }, /Eyegazer API: http:\S+ does not know the access key id/],
      [{ S3_ENDPOINT: `http://key:hidden@127.0.0.1:${await findFreePort()}/bucket` }, /Eyegazer API: http:\/\/127\S+ does not answer \(ECONNREFUSED\)\. Start it, or set S3_ENDPOINT\./],
    ];
    for (const [env, message] of cases) {
      const api = start(env);
      assert.equal((await api.exited).code, 1);
      assert.match(api.output(), message);
      assert.ok(!api.output().includes('hidden'));
    }
  });

  it('imports into the store, and shows an image from there', async () => {
    const url = await start().ready;
    const headers = { 'content-type': 'application/json' };
    const created = await fetch(`${url}/api/datasets`, { method: 'POST', headers, body: JSON.stringify({ name: 'eyes', source: { kind: 'path', uri: join(home, 'eyes') } }) });
    assert.equal(created.status, 202);
    const dataset = await until(async () => {
      const found = (await (await fetch(`${url}/api/datasets/eyes`)).json()) as DatasetWire;
      return found.state !== 'importing' && found;
    }, 50_000);
    assert.equal(dataset.state, 'ready', JSON.stringify(dataset.error));
    const { Contents = [] } = await bucket.client.send(new ListObjectsV2Command({ Bucket: bucket.settings.bucket }));
    const keys = Contents.map(({ Key = '' }) => Key);
    assert.ok(keys.every((key) => key.startsWith(`${bucket.settings.prefix}artifacts/`)), keys.join());
    assert.ok(keys.some((key) => key.endsWith(dataset.latest?.contentId ?? 'no version')), 'the manifest');
    const { items } = (await (await fetch(`${url}/api/datasets/eyes/samples`)).json()) as { items: DatasetSampleWire[] };
    const image = await fetch(`${url}/api/datasets/eyes/samples/${items[0]?.id}/image`);
    assert.deepEqual([image.status, image.headers.get('content-type')], [200, 'image/webp']);
    assert.ok((await image.arrayBuffer()).byteLength > 0);
    assert.equal((await readdir(join(home, 'cache', 'artifacts', 'objects'))).length, 0, 'no whole shard is fetched for one image');
  });

  describe('what a run leaves behind', () => {
    let path = '';
    let stored: EventData<'artifact'>[] = [];

    before(async () => {
      const id = await submit(test.platform, await seed(test.platform));
      await registerWorker(test.platform);
      const attempt = await startAttempt(test, id);
      const store = await openStore(bucket.settings, { ...addressStore(bucket.settings, { home, cacheLimitBytes: 1e9 }), log: silentLog });
      stored = [
        { name: 'adapter/adapter_model.safetensors', ...(await store.put(Buffer.from(weights))) },
        { name: 'SHA256SUMS', ...(await store.put(Buffer.from('sums'))) },
      ];
      await test.platform.events.append({
        experimentId: attempt.experimentId,
        attempt: attempt.attempt,
        events: stored.map((data, counter) => ({ counter, at: new Date().toISOString(), type: 'artifact', data })),
      });
      await test.platform.attempts.end(attempt.attemptId, { kind: 'succeeded' });
      path = `/api/experiments/${id}`;
    });

    it('is downloaded from the store itself, by a link that nobody keeps', async () => {
      const url = `${await start().ready}${path}/artifacts/${stored[0]?.name}`;
      const answer = await fetch(url, { redirect: 'manual' });
      assert.deepEqual([answer.status, answer.headers.get('cache-control')], [302, 'no-store']);
      const link = answer.headers.get('location') ?? '';
      assert.equal(new URL(link).origin, bucket.settings.endpoint);
      const file = await fetch(link);
      assert.equal(file.headers.get('content-disposition'), `attachment; filename="adapter_model.safetensors"; filename*=UTF-8''adapter_model.safetensors`);
      assert.equal(await file.text(), weights);
      const part = await fetch(url, { headers: { range: 'bytes=8-15' } });
      assert.deepEqual([part.status, await part.text()], [206, 'weights ']);
      const head = await fetch(url, { method: 'HEAD', redirect: 'manual' });
      assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(weights.length)]);
      assert.equal((await fetch(url, { headers: { 'if-none-match': `"${stored[0]?.sha256}"` } })).status, 304);
    });

    it('passes through the API as a zip, and with S3_DOWNLOADS=proxied in single files too', async () => {
      const url = (await start({ S3_DOWNLOADS: 'proxied' }).ready) + path;
      for (const part of ['bundle.zip', `artifacts/${stored[0]?.name}`]) assert.equal((await fetch(`${url}/${part}`, { redirect: 'manual' })).status, 200);
      assert.equal(await (await fetch(`${url}/artifacts/${stored[0]?.name}`)).text(), weights);
      const presigned = (await start().ready) + path;
      assert.equal((await fetch(`${presigned}/bundle.zip`, { redirect: 'manual' })).status, 200);
    });
  });
});
