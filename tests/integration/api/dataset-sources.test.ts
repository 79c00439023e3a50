/** Datasets from wherever they are: an upload, a zip file, a prefix of a real bucket. The same images give the same ids. */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { DatasetWire } from '@eyegazer/core';
import { useRadosgw } from '../../fixtures/radosgw.js';
import { createZip } from '../../fixtures/zip-archive.js';
import { assertError, importDataset, useApi, writeAptosFolder, type TestApi } from './api-world.js';
import { until } from '../../until.js';

const count = 24;

async function readFiles(folder: string): Promise<{ name: string; bytes: Uint8Array }[]> {
  const names = ['train.csv', ...(await readdir(join(folder, 'train_images'))).map((name) => `train_images/${name}`)];
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}

/** Sends a file as tus does, in one piece; answers the upload's id. */
async function upload(api: TestApi, bytes: Uint8Array): Promise<string> {
  const tus = { 'tus-resumable': '1.0.0' };
  const begun = await api.ask('/api/uploads', { method: 'POST', headers: { ...tus, 'upload-length': String(bytes.byteLength), 'upload-metadata': `filename ${Buffer.from('eyes.zip').toString('base64')}` } });
  const path = begun.headers.get('location') ?? '';
  assert.equal((await api.ask(path, { method: 'PATCH', headers: { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' }, body: Buffer.from(bytes) })).status, 204);
  return path.split('/').at(-1) ?? '';
}

async function importFrom(api: TestApi, name: string, source: { kind: string; uri: string }): Promise<DatasetWire> {
  return importDataset(api, { name, source: source as { kind: 'path'; uri: string } });
}

describe('API: sources of a dataset', function () {
  this.timeout(120_000);
  const bucket = useRadosgw();
  const api = useApi({ modelSources: () => ({ buckets: { endpoint: bucket.settings.endpoint, region: bucket.settings.region, credentials: bucket.settings.credentials } }) });
  let contentId = '';

  before('write the images', async () => {
    await writeAptosFolder(join(api.folder, 'eyes'), count);
    const dataset = await importFrom(api, 'folder', { kind: 'path', uri: join(api.folder, 'eyes') });
    assert.equal(dataset.state, 'ready', JSON.stringify(dataset.error));
    contentId = dataset.latest?.contentId ?? '';
  });

  it('are zip files on the server and zip files that are sent, which are removed when they are imported', async () => {
    const zip = createZip((await readFiles(join(api.folder, 'eyes'))).toReversed());
    await writeFile(join(api.folder, 'eyes.zip'), zip);
    const local = await importFrom(api, 'zip', { kind: 'path', uri: join(api.folder, 'eyes.zip') });
    assert.deepEqual([local.state, local.latest?.contentId], ['ready', contentId], JSON.stringify(local.error));
    const id = await upload(api, zip);
    const sent = await importFrom(api, 'sent', { kind: 'upload', uri: id });
    assert.deepEqual([sent.state, sent.latest?.contentId], ['ready', contentId], JSON.stringify(sent.error));
    await until(async () => (await readdir(join(api.folder, 'uploads'))).length === 0);
    assertError(await api.post('/api/datasets', { name: 'again', source: { kind: 'upload', uri: id } }), { status: 404, code: 'NOT_FOUND' });
  });

  it('refuse an archive of archives and what is no archive, and keep what was sent for another try', async () => {
    const nested = await upload(api, createZip([{ name: 'inner.zip', bytes: createZip([{ name: 'train.csv', bytes: Buffer.from('a') }]) }]));
    const refused = await importFrom(api, 'nested', { kind: 'upload', uri: nested });
    assert.deepEqual([refused.state, refused.error?.code], ['failed', 'BAD_DATASET']);
    assert.match(refused.error?.message ?? '', /eyes\.zip: .*inner\.zip.* is refused: it is itself a zip archive/);
    const page = await importFrom(api, 'page', { kind: 'upload', uri: await upload(api, Buffer.from('<!doctype html>')) });
    assert.deepEqual([page.state, page.error?.code], ['failed', 'BAD_FILE']);
    assert.equal((await readdir(join(api.folder, 'uploads'))).filter((name) => !name.includes('.')).length, 2);
  });

  it('are prefixes of a bucket', async () => {
    const Bucket = bucket.settings.bucket;
    for (const { name, bytes } of await readFiles(join(api.folder, 'eyes'))) await bucket.client.send(new PutObjectCommand({ Bucket, Key: `some/eyes/${name}`, Body: bytes }));
    const dataset = await importFrom(api, 'bucket', { kind: 's3', uri: `s3://${Bucket}/some/eyes` });
    assert.deepEqual([dataset.state, dataset.latest?.contentId], ['ready', contentId], JSON.stringify(dataset.error));
    const nothing = await importFrom(api, 'nothing', { kind: 's3', uri: `s3://${Bucket}/not/there` });
    assert.deepEqual([nothing.state, nothing.error?.code], ['failed', 'NOT_FOUND']);
  });
});
