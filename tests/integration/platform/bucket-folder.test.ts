import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { downloadFile, openBucketFolder, type RemoteFolder, type S3Access } from '@eyegazer/platform';
import { strangerKeys } from '../../fixtures/ceph.js';
import { useRadosgw } from '../../fixtures/radosgw.js';
import { startS3Proxy } from '../../fixtures/s3-proxy.js';

describe('a prefix of a bucket as a folder', function () {
  this.timeout(60_000);
  const bucket = useRadosgw();
  const weights = randomBytes(300_000);
  const { signal } = new AbortController();
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyegazer-bucket-'));
    const put = (Key: string, Body: Uint8Array | string) => bucket.client.send(new PutObjectCommand({ Bucket: bucket.settings.bucket, Key, Body }));
    for (const key of ['vit/config.json', 'vit/deeper/config.json', 'vit-other/config.json', 'config.json']) await put(key, `"${key}"`);
    await put('vit/', new Uint8Array());
    await put('vit/model.safetensors', weights);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const open = (path: string, changes: Partial<S3Access> & { bucket?: string } = {}): Promise<RemoteFolder> => {
    const { endpoint, region, credentials } = bucket.settings;
    return openBucketFolder(`s3://${changes.bucket ?? bucket.settings.bucket}${path}`, { access: { endpoint, region, credentials, ...changes }, signal });
  };
  const fetchWeights = async (from: RemoteFolder, name: string): Promise<string> => {
    const file = from.files.find((one) => one.name === 'model.safetensors');
    assert.ok(file);
    return downloadFile({ folder: from, file, path: join(folder, name), signal, pausesMs: [0, 0] });
  };
  const sha256 = createHash('sha256').update(weights).digest('hex');

  it('lists what lies directly in it', async () => {
    const found = await open('/vit');
    assert.equal(found.source, `s3://${bucket.settings.bucket}/vit`);
    assert.deepEqual(found.files.map(({ name, byteLength }) => [name, byteLength]), [['config.json', 17], ['model.safetensors', 300_000]]);
    assert.deepEqual((await open('')).files.map(({ name }) => name), ['config.json']);
  });

  it('is read from any byte on, and through connections that break', async () => {
    assert.equal(await fetchWeights(await open('/vit'), 'whole'), sha256);
    const proxy = await startS3Proxy(bucket.settings.endpoint ?? '');
    try {
      let cuts = 2;
      proxy.decide = ({ url }) => (url?.includes('model.safetensors') && cuts-- > 0 ? { cutAfterBytes: 100_000 } : 'pass');
      assert.equal(await fetchWeights(await open('/vit', { endpoint: proxy.endpoint }), 'broken'), sha256);
      assert.deepEqual(await readFile(join(folder, 'broken')), weights);
      const ranges = proxy.seen.filter((line) => line.includes('model.safetensors')).map((line) => /bytes=(\d+)-/.exec(line)?.[1]);
      assert.equal(ranges.length, 3);
      assert.equal(ranges[0], undefined);
      assert.ok(Number(ranges[2]) > Number(ranges[1]) && Number(ranges[1]) > 0, ranges.join());
    } finally {
      await proxy.close();
    }
    await writeFile(join(folder, 'part'), weights.subarray(0, 200_000));
    assert.equal(await fetchWeights(await open('/vit'), 'part'), sha256);
  });

  it('refuses bytes that are no longer those that were listed', async () => {
    const found = await open('/vit');
    await bucket.client.send(new PutObjectCommand({ Bucket: bucket.settings.bucket, Key: 'vit/model.safetensors', Body: randomBytes(300_000) }));
    await assert.rejects(fetchWeights(found, 'changed'), { code: 'BAD_FILE', message: /vit\/model\.safetensors has changed since it was listed\. Import it again\.$/ });
  });

  it('says what is not there and what may not be read, and shows no key', async () => {
    await assert.rejects(open('/vi'), { code: 'NOT_FOUND', message: /^There is nothing at s3:\/\/test-\w+\/vi\/\. Check bucket and prefix\.$/ });
    await assert.rejects(open('/vit', { bucket: 'nobodys-bucket' }), { code: 'UNAVAILABLE', message: /^There is no bucket "nobodys-bucket" at http\S+ Check its name\.$/ });
    await assert.rejects(open('/vit', { credentials: { ...strangerKeys } }), (error: Error) => /may not read bucket .* Allow it s3:ListBucket and s3:GetObject there/.test(error.message) && !error.message.includes(strangerKeys.secretAccessKey));
  });
});
