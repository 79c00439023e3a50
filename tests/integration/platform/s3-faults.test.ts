/** What goes wrong between us and an S3 store: each is said in words that help, or survived, and none shows half an artifact. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { mock } from 'node:test';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { AppError, type ArtifactStore } from '@eyegazer/core';
import { openStore, type S3Settings } from '@eyegazer/platform';
import { strangerKeys } from '../../fixtures/ceph.js';
import { findFreePort } from '../../fixtures/free-port.js';
import { useRadosgw } from '../../fixtures/radosgw.js';
import { startS3Proxy, type S3Proxy } from '../../fixtures/s3-proxy.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { createBytes, inPieces, listNames, placeIn, readAll, sha256Of } from './store-world.js';

const bytes = createBytes(3_000_000);
const sha256 = sha256Of(bytes);
/** Three parts. */
const large = createBytes(20_000_000);

describe('S3 store in trouble', function () {
  this.timeout(120_000);
  const bucket = useRadosgw();
  let home = '';
  let proxy: S3Proxy;
  let store: ArtifactStore;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-s3-'));
    proxy = await startS3Proxy(bucket.settings.endpoint ?? '');
    store = await open({ endpoint: proxy.endpoint });
  });
  afterEach(async () => {
    mock.timers.reset();
    await bucket.ceph.startGateway();
    const direct = await open({});
    for (const artifact of await listNames(direct)) await direct.remove(artifact);
    await proxy.close();
    await rm(home, { recursive: true, force: true });
  });

  function open(changes: Partial<S3Settings>, maxAttempts?: number): Promise<ArtifactStore> {
    return openStore({ ...bucket.settings, ...changes }, { ...placeIn(home), log: silentLog, ...(maxAttempts === undefined ? {} : { maxAttempts }) });
  }

  /** Everything that can be asked of it fails with these words, and none of them, nor what lies behind them, holds a key. */
  async function everythingFails(broken: ArtifactStore, message: RegExp): Promise<void> {
    const asks: Record<string, () => Promise<unknown>> = {
      ping: () => broken.ping(),
      stat: () => broken.stat(sha256),
      put: () => broken.put(bytes),
      'put a stream': () => broken.put(inPieces(large)),
      refresh: () => broken.refresh(sha256),
      read: () => readAll(broken.read(sha256)),
      list: () => listNames(broken),
      localPath: () => broken.localPath(sha256),
      remove: () => broken.remove(sha256),
      sweepUploads: () => broken.sweepUploads(),
    };
    for (const [what, ask] of Object.entries(asks)) {
      const error: unknown = await ask().then(() => null, (thrown: unknown) => thrown);
      assert.ok(error instanceof AppError, `${what}: ${inspect(error)}`);
      assert.equal(error.code, 'UNAVAILABLE', what);
      assert.match(error.message, message, what);
      const everything = inspect(error, { depth: 10, showHidden: true });
      for (const key of [bucket.settings.credentials, strangerKeys].flatMap((keys) => Object.values(keys ?? {}))) assert.ok(!everything.includes(key), `${what} tells a key`);
    }
  }

  describe('says what to do about', () => {
    it('a bucket that is missing', async () => {
      await everythingFails(await open({ bucket: 'not-there' }), /^There is no bucket "not-there" at http:\/\/127\.0\.0\.1:\d+\. Create it, or set S3_BUCKET\.$/);
    });

    it('an access key id that nobody knows', async () => {
      await everythingFails(await open({ credentials: { accessKeyId: 'NOBODY', secretAccessKey: 'x' } }), /^http:\S+ does not know the access key id .*AWS_ACCESS_KEY_ID/);
    });

    it('a secret that is not the one', async () => {
      const { accessKeyId = '' } = bucket.settings.credentials ?? {};
      await everythingFails(await open({ credentials: { accessKeyId, secretAccessKey: 'x' } }), /^http:\S+ refuses the secret key: .*AWS_SECRET_ACCESS_KEY/);
    });

    it('a key that may not use the bucket', async () => {
      await everythingFails(await open({ credentials: strangerKeys }), /^The access key may not use bucket "test-\w+" at http:\S+\. Allow it s3:ListBucket/);
    });

    it('a clock that is off, where the store does not tell the time', async () => {
      proxy.stripped = ['date'];
      mock.timers.enable({ apis: ['Date'], now: Date.now() + 3_600_000 });
      await everythingFails(await open({ endpoint: proxy.endpoint }), /^The clocks of this machine and of http:\S+ differ .*Set this machine's clock \(NTP\)\.$/);
    });

    it('a store that is not there', async () => {
      const endpoint = `http://127.0.0.1:${await findFreePort()}`;
      await everythingFails(await open({ endpoint }, 2), /^http:\S+ does not answer \(ECONNREFUSED\)\. Start it, or set S3_ENDPOINT\.$/);
    });

    it('a store that takes the connection and says nothing: a ping ends all the same', async () => {
      proxy.decide = () => new Promise(() => undefined);
      await assert.rejects(store.ping(), { code: 'UNAVAILABLE', message: /^http:\S+ does not answer in time\./ });
    });

    it('a store that stays overloaded', async () => {
      proxy.decide = () => ({ status: 503, code: 'SlowDown' });
      await everythingFails(await open({ endpoint: proxy.endpoint }, 2), /^The bucket "test-\w+" at http:\S+ answers .* \(HTTP 503\), again and again\./);
    });
  });

  it('tries again when the store asks for patience', async () => {
    let refusals = 4;
    proxy.decide = () => (refusals-- > 0 ? { status: 503, code: 'SlowDown' } : 'pass');
    assert.deepEqual(await store.put(bytes), { sha256, byteLength: bytes.length });
    assert.deepEqual(await readAll(store.read(sha256)), Buffer.from(bytes));
  });

  it('goes on where a download broke off', async () => {
    await store.put(bytes);
    for (const range of [undefined, { start: 500_000, end: 2_499_999 }]) {
      let cuts = 2;
      proxy.decide = ({ method }) => (method === 'GET' && cuts-- > 0 ? { cutAfterBytes: 700_000 } : 'pass');
      proxy.seen.length = 0;
      const expected = range ? bytes.subarray(range.start, range.end + 1) : bytes;
      assert.equal(Buffer.compare(await readAll(store.read(sha256, range)), expected), 0);
      // What was on its way when the connection broke may be lost, and is asked for again.
      const offsets = proxy.seen.map((line) => Number(/bytes=(\d+)-/.exec(line)?.[1] ?? 0));
      const [first = 0, second = 0, third = 0] = offsets;
      assert.equal(offsets.length, 3);
      assert.equal(first, range?.start ?? 0);
      assert.ok(second >= first && second <= first + 700_000 && third >= second && third > first && third <= second + 700_000, offsets.join());
    }
  });

  it('gives up a download that breaks off twice without a byte more', async () => {
    await store.put(bytes);
    let gets = 0;
    proxy.decide = ({ method }) => (method === 'GET' ? { cutAfterBytes: ++gets === 1 ? 1_000_000 : 0 } : 'pass');
    let received = 0;
    await assert.rejects(
      async () => {
        for await (const piece of store.read(sha256)) received += piece.byteLength;
      },
      { code: 'UNAVAILABLE', message: /broke off in the middle/ },
    );
    assert.ok(received <= 1_000_000);
    assert.ok(gets === 2 || gets === 3, `${gets} requests`);
    await assert.rejects(store.localPath(sha256), { code: 'UNAVAILABLE' });
    assert.deepEqual(await readdir(join(home, 'cache', 'spool')), []);
  });

  it('ends the request when nobody reads on', async () => {
    const { sha256: name } = await store.put(large);
    proxy.bytesSent = 0;
    for await (const piece of store.read(name)) {
      assert.ok(piece.byteLength > 0);
      break;
    }
    assert.deepEqual(await readAll(store.read(name, { start: 0, end: 9 })), Buffer.from(large.subarray(0, 10)));
    assert.ok(proxy.bytesSent < large.length / 2, `${proxy.bytesSent} bytes were sent`);
  });

  it('finishes an upload in whose middle the store was killed and started again', async () => {
    let killed = false;
    proxy.decide = async ({ url = '' }) => {
      if (killed || !url.includes('partNumber=2')) return 'pass';
      killed = true;
      await bucket.ceph.killGateway();
      void bucket.ceph.startGateway();
      return 'drop';
    };
    assert.deepEqual(await store.put(inPieces(large)), { sha256: sha256Of(large), byteLength: large.length });
    assert.ok(killed);
    assert.equal(Buffer.compare(await readAll(store.read(sha256Of(large))), large), 0);
    assert.equal(await halfUploads(), 0);
  });

  it('shows nothing of an upload in whose middle the store went away, and takes it when it is back', async () => {
    const hasty = await open({ endpoint: proxy.endpoint }, 2);
    proxy.decide = async ({ url = '' }) => {
      if (!url.includes('partNumber=2')) return 'pass';
      await bucket.ceph.killGateway();
      return 'drop';
    };
    await assert.rejects(hasty.put(inPieces(large)), { code: 'UNAVAILABLE' });
    assert.deepEqual(await readdir(join(home, 'cache', 'spool')), []);
    proxy.decide = () => 'pass';
    await bucket.ceph.startGateway();
    assert.deepEqual(await listNames(store), []);
    assert.deepEqual(await hasty.put(inPieces(large)), { sha256: sha256Of(large), byteLength: large.length });
    assert.equal(Buffer.compare(await readAll(store.read(sha256Of(large))), large), 0);
  });

  it('removes at once what a failed upload has sent, also when its last request fails', async () => {
    const hasty = await open({ endpoint: proxy.endpoint }, 2);
    for (const fails of [(url: string) => url.includes('partNumber=2'), (url: string, method: string) => method === 'POST' && url.includes('uploadId=')]) {
      const before = await halfUploads();
      proxy.decide = ({ url = '', method = '' }) => (fails(url, method) ? { status: 500, code: 'InternalError' } : 'pass');
      await assert.rejects(hasty.put(large), { code: 'UNAVAILABLE', message: /HTTP 500/ });
      assert.equal(await halfUploads(), before);
      assert.deepEqual(await listNames(store), []);
    }
  });

  it('takes an upload for done when only the answer to its last request was lost', async () => {
    let lost = false;
    proxy.decide = ({ url = '', method }) => {
      if (method !== 'POST' || !url.includes('uploadId=')) return 'pass';
      if (lost) return { status: 404, code: 'NoSuchUpload' }; // as some stores answer to the second of two
      lost = true;
      return { cutAfterBytes: 0 };
    };
    assert.deepEqual(await store.put(large), { sha256: sha256Of(large), byteLength: large.length });
    assert.ok(lost);
    assert.equal(Buffer.compare(await readAll(store.read(sha256Of(large))), large), 0);
  });

  async function halfUploads(): Promise<number> {
    const { Uploads = [] } = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.settings.bucket }));
    return Uploads.length;
  }
});
