/** What the S3 store does beyond what every store promises: signed URLs, the cache of this machine, old uploads, a wrong clock. */
import assert from 'node:assert/strict';
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CreateMultipartUploadCommand, HeadObjectCommand, ListMultipartUploadsCommand, PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import type { ArtifactStore } from '@eyegazer/core';
import { openStore, type S3Settings } from '@eyegazer/platform';
import { needs } from '../../needs.js';
import { until } from '../../until.js';
import { useRadosgw } from '../../fixtures/radosgw.js';
import { startS3Proxy, type S3Proxy } from '../../fixtures/s3-proxy.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { createBytes, inPieces, listNames, placeIn, readAll, sha256Of } from './store-world.js';

const bytes = createBytes(700_000);
const sha256 = sha256Of(bytes);
const url = { fileName: 'adapter.safetensors', contentType: 'application/octet-stream', expiresInMs: 60_000 };
const putStream = fileURLToPath(new URL('fixtures/put-stream.mjs', import.meta.url));

describe('S3 store', function () {
  this.timeout(60_000);
  const bucket = useRadosgw();
  let home = '';
  let proxy: S3Proxy;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-s3-'));
    proxy = await startS3Proxy(bucket.settings.endpoint ?? '');
  });
  afterEach(async () => {
    mock.timers.reset();
    await proxy.close();
    const store = await open();
    for (const artifact of await listNames(store)) await store.remove(artifact);
    await rm(home, { recursive: true, force: true });
  });

  function open(changes: Partial<S3Settings> & { cache?: string; cacheLimitBytes?: number; pageSize?: number } = {}): Promise<ArtifactStore> {
    const { cache = 'cache', cacheLimitBytes = 1e9, pageSize = 1000, ...settings } = changes;
    return openStore({ ...bucket.settings, ...settings }, { ...placeIn(home, cacheLimitBytes), cacheFolder: join(home, cache), pageSize, log: silentLog });
  }
  const signed = async (store: ArtifactStore, options: Partial<typeof url> = {}): Promise<string> => {
    const answer = await store.signedUrl(sha256, { ...url, ...options });
    assert.ok(answer);
    return answer;
  };

  describe('signed URLs', () => {
    it('give the bytes to whoever has one, whole and in ranges, with name and type', async () => {
      const store = await open();
      await store.put(bytes);
      const whole = await fetch(await signed(store, { contentType: 'text/csv; charset=utf-8' }));
      assert.equal(whole.status, 200);
      assert.equal(whole.headers.get('content-type'), 'text/csv; charset=utf-8');
      assert.equal(whole.headers.get('content-disposition'), `attachment; filename="adapter.safetensors"; filename*=UTF-8''adapter.safetensors`);
      assert.deepEqual(Buffer.from(await whole.arrayBuffer()), Buffer.from(bytes));
      const part = await fetch(await signed(store), { headers: { range: 'bytes=5-9' } });
      assert.deepEqual([part.status, part.headers.get('content-range')], [206, 'bytes 5-9/700000']);
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), Buffer.from(bytes.subarray(5, 10)));
    });

    it('carry any file name without breaking out of its header', async () => {
      const store = await open();
      await store.put(bytes);
      const answer = await fetch(await signed(store, { fileName: 'a"b\\c\r\nX-Evil: 1; ü€.bin' }));
      assert.equal(answer.headers.get('x-evil'), null);
      assert.equal(answer.headers.get('content-disposition'), `attachment; filename="a_b_c__X-Evil: 1; __.bin"; filename*=UTF-8''a%22b%5Cc%0D%0AX-Evil%3A%201%3B%20%C3%BC%E2%82%AC.bin`);
    });

    it('are good for one artifact, until they expire', async () => {
      const store = await open();
      const other = await store.put(createBytes(10, 9));
      await store.put(bytes);
      const good = await signed(store);
      assert.equal((await fetch(good.replaceAll(sha256, other.sha256))).status, 403);
      mock.timers.enable({ apis: ['Date'], now: Date.now() - 120_000 }); // signed two minutes ago
      const expired = await signed(await open(), { expiresInMs: 60_000 });
      mock.timers.reset();
      assert.equal((await fetch(expired)).status, 403);
    });

    it('hold no secret, and are refused where downloads pass through the API', async () => {
      const store = await open();
      assert.ok(!decodeURIComponent(await signed(store)).includes(bucket.settings.credentials?.secretAccessKey ?? ''));
      assert.equal(await (await open({ downloads: 'proxied' })).signedUrl(sha256, url), null);
    });
  });

  describe('its cache', () => {
    const asked = (): string[] => proxy.seen.filter((line) => line.startsWith('GET') && line.includes('/artifacts/'));
    const put = async (store: ArtifactStore, seed: number): Promise<string> => (await store.put(createBytes(100_000, seed))).sha256;

    it('asks the store once for what several processes want', async () => {
      const first = await open({ endpoint: proxy.endpoint });
      await first.put(bytes);
      await first.localPath(sha256);
      const second = await open({ endpoint: proxy.endpoint });
      assert.deepEqual(await readFile(await second.localPath(sha256)), Buffer.from(bytes));
      assert.equal(asked().length, 1);
    });

    it('evicts what was asked for longest ago, and keeps to its limit', async () => {
      const writer = await open({ cache: 'other' });
      const names = [await put(writer, 1), await put(writer, 2), await put(writer, 3)];
      const [a = '', b = '', c = ''] = names;
      // Each by a process of its own that has ended, so that nothing is in use.
      const visit = async (name: string): Promise<void> => {
        const visitor = await open({ endpoint: proxy.endpoint, cacheLimitBytes: 250_000 });
        await visitor.localPath(name);
        await rm(join(home, 'cache', 'held'), { recursive: true });
      };
      await visit(a);
      await visit(b);
      await untilLaterThan(join(home, 'cache', 'objects', b.slice(0, 2), b.slice(2, 4), b));
      await visit(a);
      await visit(c);
      const kept = (await readdir(join(home, 'cache', 'objects'), { recursive: true })).filter((path) => path.length > 64).map((path) => path.slice(-64));
      assert.deepEqual(kept.sort(), [a, c].sort());
      const before = asked().length;
      await visit(a);
      assert.equal(asked().length, before);
      await visit(b);
      assert.equal(asked().length, before + 1);
    });

    it('never evicts what a living process was given, or what a folder was made of', async () => {
      const writer = await open({ cache: 'other' });
      const [a, b, c] = [await put(writer, 1), await put(writer, 2), await put(writer, 3)];
      const user = await open({ cacheLimitBytes: 150_000 });
      const inUse = await user.localPath(a);
      const another = await open({ cacheLimitBytes: 150_000 });
      await mkdir(join(home, 'model'));
      await link(await another.localPath(b), join(home, 'model', 'weights'));
      await another.localPath(c);
      assert.deepEqual(await readFile(inUse), Buffer.from(createBytes(100_000, 1)));
      assert.equal((await stat(join(home, 'model', 'weights'))).nlink, 3);
    });

    it('lets go of what a process had that has ended', async () => {
      const child = fork(putStream, [JSON.stringify({ store: { settings: bucket.settings, ...placeIn(home) }, megabytes: 20, waitHalfWay: true })], { execArgv: [] });
      await once(child, 'message');
      const spool = join(home, 'cache', 'spool');
      await open();
      assert.equal((await readdir(spool)).length, 1, 'the child lives');
      child.kill('SIGKILL');
      await once(child, 'exit');
      await (await open()).sweepUploads();
      assert.deepEqual(await readdir(spool), []);
    });

    it('keeps no bytes that are not what their name says', async () => {
      const store = await open();
      const Key = `${bucket.settings.prefix}artifacts/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
      await bucket.client.send(new PutObjectCommand({ Bucket: bucket.settings.bucket, Key, Body: createBytes(700_000, 5) }));
      await assert.rejects(store.localPath(sha256), { code: 'CORRUPT_ARTIFACT' });
      assert.deepEqual(await readdir(join(home, 'cache', 'objects')), []);
      assert.deepEqual(await readdir(join(home, 'cache', 'spool')), []);
    });

    it('says which disk is full, and takes the next upload when it is not', async function () {
      const inNamespace = ['--user', '--map-root-user', '--mount', 'sh', '-c'];
      needs(this, spawnSync('unshare', [...inNamespace, 'mount -t tmpfs tmpfs /mnt']).status === 0, 'unshare with user namespaces');
      const task = { store: { settings: bucket.settings, ...placeIn('/mnt') }, megabytes: 20, tellError: true };
      const child = spawnSync('unshare', [...inNamespace, `mount -t tmpfs -o size=12m tmpfs /mnt && exec "$0" "$1" "$2"`, process.execPath, putStream, JSON.stringify(task)], { encoding: 'utf8' });
      assert.match(child.stdout, /^UNAVAILABLE There is no space left in \/mnt\/cache .*Free some/, child.stderr);
      assert.match(child.stdout, /\nleft in spool: 0\n/);
    });
  });

  it('sends the sha256 with the bytes, and keeps it as metadata', async () => {
    const store = await open({ endpoint: proxy.endpoint });
    const sums: unknown[] = [];
    proxy.decide = ({ headers }) => (sums.push([headers['x-amz-content-sha256'], headers['x-amz-checksum-sha256']]), 'pass');
    await store.put(bytes);
    assert.ok(sums.some((pair) => JSON.stringify(pair) === JSON.stringify([sha256, Buffer.from(sha256, 'hex').toString('base64')])));
    const large = createBytes(20_000_000);
    const { sha256: name } = await store.put(inPieces(large, 1_000_000));
    const part = sha256Of(large.subarray(0, 8 * 1024 * 1024));
    assert.ok(sums.some((pair) => (pair as string[])[0] === part), 'every part is signed over its own bytes');
    for (const key of [sha256, name]) {
      const Key = `${bucket.settings.prefix}artifacts/${key.slice(0, 2)}/${key.slice(2, 4)}/${key}`;
      const { Metadata } = await bucket.client.send(new HeadObjectCommand({ Bucket: bucket.settings.bucket, Key }));
      assert.deepEqual(Metadata, { sha256: key });
    }
  });

  it('removes uploads that began more than a day ago, over several pages, and no others', async () => {
    const { bucket: Bucket, prefix } = bucket.settings;
    for (const Key of [`${prefix}artifacts/1`, `${prefix}artifacts/2`, `${prefix}artifacts/3`, 'elsewhere/artifacts/4']) {
      const { UploadId } = await bucket.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      await bucket.client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'half' }));
    }
    const underWay = async (): Promise<number> => (await bucket.client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.length ?? 0;
    await (await open({ pageSize: 2 })).sweepUploads();
    assert.equal(await underWay(), 4);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 25 * 3600 * 1000 });
    await (await open({ pageSize: 2 })).sweepUploads();
    mock.timers.reset();
    assert.equal(await underWay(), 1);
  });

  it('works with a clock that is an hour off, and signs URLs that are good all the same', async () => {
    const now = Date.now();
    for (const off of [-3_600_000, 3_600_000]) {
      mock.timers.enable({ apis: ['Date'], now: now + off });
      const store = await open({ endpoint: proxy.endpoint });
      assert.deepEqual(await store.put(bytes), { sha256, byteLength: bytes.length });
      assert.deepEqual(await readAll(store.read(sha256)), Buffer.from(bytes));
      assert.equal((await fetch(await signed(store))).status, 200);
      await store.remove(sha256);
      mock.timers.reset();
    }
  });
});

/** Waits for the file system's clock to go on. */
async function untilLaterThan(path: string): Promise<void> {
  const { mtimeMs } = await stat(path);
  await until(() => Date.now() > mtimeMs + 5);
}
