import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { openBucketSource, openFolderSource, type DataSource } from '@eyegazer/data';
import { openBucketReader, type S3Access } from '@eyegazer/platform';
import { strangerKeys } from '../../fixtures/ceph.js';
import { useRadosgw } from '../../fixtures/radosgw.js';
import { startS3Proxy } from '../../fixtures/s3-proxy.js';
import { collect, readAll } from './store-world.js';

describe('a prefix of a bucket as a source of images', function () {
  this.timeout(120_000);
  const bucket = useRadosgw();
  const photograph = randomBytes(700_000);
  // More than one page of a listing.
  const many = Array.from({ length: 1100 }, (_, i) => `pool/${i}.png`);
  const content: Record<string, Uint8Array> = {
    'train.csv': Buffer.from('id_code,diagnosis\na,0\n'),
    'train_images/a.png': photograph,
    'train_images/Ä ö.png': Buffer.from('ö'),
    'empty.csv': Buffer.alloc(0),
    '.hidden/x': Buffer.from('x'),
    ...Object.fromEntries(many.map((path) => [path, Buffer.from(path)])),
  };
  let folder = '';
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'eyegazer-bucket-'));
    const put = (Key: string, Body: Uint8Array) => bucket.client.send(new PutObjectCommand({ Bucket: bucket.settings.bucket, Key, Body }));
    for (const [path, bytes] of Object.entries(content)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const all = Object.entries(content);
    for (let i = 0; i < all.length; i += 20) await Promise.all(all.slice(i, i + 20).map(([path, bytes]) => put(`eyes/${path}`, bytes)));
    await put('eyes/', new Uint8Array());
    await put('eyes/train_images/', new Uint8Array());
    await put('eyes-other/x.png', photograph);
    for (const key of ['/absolute.png', 'back\\slash.png', 'two//slashes.png']) await put(`bad/${key}`, photograph);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const open = async (path: string, changes: Partial<S3Access> & { bucket?: string } = {}): Promise<DataSource> => {
    const { endpoint, region, credentials } = bucket.settings;
    const reader = await openBucketReader(`s3://${changes.bucket ?? bucket.settings.bucket}${path}`, { access: { endpoint, region, credentials, ...changes }, signal: AbortSignal.timeout(60_000) });
    return openBucketSource(reader);
  };

  it('lists all below it, in the order and with the names that the same files in a folder have', async () => {
    const source = await open('/eyes');
    const files = (from: DataSource) => from.files.map(({ path, byteLength }) => [path, byteLength]);
    assert.deepEqual(files(source), files(await openFolderSource({ folder, roots: null })));
    assert.equal(source.files.length, many.length + 4);
    assert.deepEqual(source.problems, []);
    assert.equal(source.name, `s3://${bucket.settings.bucket}/eyes`);
    assert.equal((await open('/eyes/')).fingerprint, source.fingerprint);
  });

  it('gives every byte: whole, as a stream, and from anywhere', async () => {
    const source = await open('/eyes');
    for (const path of ['train.csv', 'train_images/a.png', 'train_images/Ä ö.png', 'empty.csv']) {
      const expected = Buffer.from(content[path] ?? []);
      assert.deepEqual(Buffer.from(await source.readFile(path)), expected);
      assert.deepEqual(await readAll(source.streamFile(path)), expected);
    }
    const file = await source.openFile('train_images/a.png');
    assert.equal(file.byteLength, photograph.byteLength);
    assert.deepEqual(Buffer.from(await file.read(123_456, 123_500)), photograph.subarray(123_456, 123_500));
    assert.deepEqual(Buffer.from(await file.read(699_990, 700_000)), photograph.subarray(699_990));
    assert.equal((await file.read(5, 5)).byteLength, 0);
    await file.close();
    await assert.rejects(source.readFile('train_images/b.png'), { code: 'NOT_FOUND', message: /^Expected a file train_images\/b\.png in s3:\/\// });
  });

  it('goes on where a connection broke, and gives up where none brings a byte', async () => {
    const proxy = await startS3Proxy(bucket.settings.endpoint ?? '');
    try {
      let cuts = 2;
      proxy.decide = ({ url }) => (url?.includes('a.png') && cuts-- > 0 ? { cutAfterBytes: 100_000 } : 'pass');
      const source = await open('/eyes', { endpoint: proxy.endpoint });
      assert.deepEqual(Buffer.from(await source.readFile('train_images/a.png')), photograph);
      assert.equal(proxy.seen.filter((line) => line.includes('a.png')).length, 3);
      proxy.decide = ({ url }) => (url?.includes('a.png') ? { cutAfterBytes: 0 } : 'pass');
      await assert.rejects(source.readFile('train_images/a.png'), { code: 'UNAVAILABLE' });
    } finally {
      await proxy.close();
    }
  });

  it('passes over names that no folder can have, and says which', async () => {
    const source = await open('/bad');
    assert.deepEqual(source.files, []);
    assert.deepEqual(source.problems.map(({ kind, name }) => [kind, name]), [['unsafe-path', '/absolute.png'], ['unsafe-path', 'back\\slash.png'], ['unsafe-path', 'two//slashes.png']]);
    assert.match(source.problems[0]?.message ?? '', /^"\/absolute\.png" is passed over: it is absolute\. Rename it\.$/);
  });

  it('refuses an object that is no longer the one that was listed', async () => {
    await bucket.client.send(new PutObjectCommand({ Bucket: bucket.settings.bucket, Key: 'changing/a.png', Body: photograph }));
    const source = await open('/changing');
    await bucket.client.send(new PutObjectCommand({ Bucket: bucket.settings.bucket, Key: 'changing/a.png', Body: randomBytes(700_000) }));
    await assert.rejects(collect(source.streamFile('a.png')), { code: 'BAD_FILE', message: /\/changing\/a\.png has changed since it was listed\. Import it again\.$/ });
  });

  it('says what is not there and what may not be read, and shows no key', async () => {
    await assert.rejects(open('/ey'), { code: 'NOT_FOUND', message: /^There is nothing at s3:\/\/test-\w+\/ey\/\. Check bucket and prefix\.$/ });
    await assert.rejects(open('/eyes', { credentials: { ...strangerKeys } }), (error: Error) => /may not read bucket/.test(error.message) && !error.message.includes(strangerKeys.secretAccessKey));
  });
});
