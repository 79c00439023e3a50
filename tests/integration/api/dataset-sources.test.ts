/** Every layout from every place that images come from: each comes to the very same version. */
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createApiClient, type ApiClient } from '@eyegazer/client';
import type { CurationInput, DatasetSource, DatasetWire } from '@eyegazer/core';
import { openFolderSource, openZipSource } from '@eyegazer/data';
import { useRadosgw } from '../../fixtures/radosgw.js';
import { createZip } from '../../fixtures/zip-archive.js';
import { until } from '../../until.js';
import { useApi, writeAptosFolder } from './api-world.js';

describe('API: datasets from folders, archives, uploads and buckets', function () {
  this.timeout(180_000);
  const bucket = useRadosgw();
  const api = useApi({
    modelSources: () => {
      const { endpoint, region, credentials } = bucket.settings;
      return { buckets: { endpoint, region, credentials } };
    },
  });
  let client: ApiClient;
  before(() => {
    client = createApiClient({ baseUrl: api.url });
  });

  async function importFrom(name: string, source: DatasetSource, choices: CurationInput = {}): Promise<DatasetWire> {
    const { id } = await client.createDataset({ name, source, ...choices });
    const dataset = await until(async () => {
      const found = await client.getDataset(id);
      return found.state !== 'importing' && found;
    }, 60_000);
    assert.equal(dataset.state, 'ready', `${name}: ${JSON.stringify(dataset.error)}`);
    return dataset;
  }

  /** The folder as a zip file, wrapped in a folder as people pack them, and below a prefix of the bucket. */
  async function spread(folder: string): Promise<{ archive: string; uri: string }> {
    const source = await openFolderSource({ folder, roots: null });
    const parts = await Promise.all(source.files.map(async ({ path }) => ({ path, bytes: await source.readFile(path) })));
    const archive = `${folder}.zip`;
    await writeFile(archive, createZip(parts.toReversed().map(({ path, bytes }, i) => ({ name: `packed/${path}`, bytes, isDeflated: i % 2 === 0 }))));
    const prefix = folder.split('/').at(-1) ?? '';
    for (const { path, bytes } of parts) await bucket.client.send(new PutObjectCommand({ Bucket: bucket.settings.bucket, Key: `${prefix}/${path}`, Body: bytes }));
    return { archive, uri: `s3://${bucket.settings.bucket}/${prefix}` };
  }

  async function unpack(archive: string, folder: string): Promise<void> {
    const source = await openZipSource({ file: archive, name: archive, workFolder: api.folder });
    for (const { path } of source.files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), await source.readFile(path));
    }
    await source.close();
  }

  async function comesToTheSame(folder: string, layout: string, choices: CurationInput = {}): Promise<void> {
    const { archive, uri } = await spread(folder);
    const upload = await client.uploadFile(createReadStream(archive), { fileName: 'eyes.zip' });
    const sources: Record<string, DatasetSource> = { folder: { kind: 'path', uri: folder }, archive: { kind: 'path', uri: archive }, upload: { kind: 'upload', uri: upload }, bucket: { kind: 's3', uri } };
    const contents: Record<string, string | undefined> = {};
    for (const [name, source] of Object.entries(sources)) {
      const { report, latest } = await importFrom(`${layout}-${name}`.toLowerCase(), source, choices);
      assert.deepEqual([report?.layout, report?.sampleCount, report?.problems], [layout, 18, []], name);
      contents[name] = latest?.contentId;
    }
    assert.deepEqual(new Set(Object.values(contents)).size, 1, JSON.stringify(contents));
    await until(async () => (await readdir(join(api.folder, 'uploads'))).length === 0);
  }

  it('APTOS', async () => {
    await writeAptosFolder(join(api.folder, 'aptos'), 18);
    await comesToTheSame(join(api.folder, 'aptos'), 'aptos');
  });

  it('class folders', async () => {
    const names = ['cats', 'dogs', 'eyes'];
    for (let i = 0; i < 18; i++) {
      const path = join(api.folder, 'classes', i < 12 ? 'train' : 'validation', names[i % 3] ?? '', `${i}.png`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, await readFile(join(api.folder, 'aptos', 'train_images', `image${String(i).padStart(3, '0')}.png`)));
    }
    await comesToTheSame(join(api.folder, 'classes'), 'classFolders', { split: { kind: 'given' } });
    const { latest } = await client.getDataset('classfolders-bucket');
    assert.deepEqual([latest?.classNames, latest?.counts.train, latest?.counts.eval], [names, [4, 4, 4], [2, 2, 2]]);
  });

  for (const layout of ['imagefolder', 'parquet'] as const) {
    it(`${layout} of Hugging Face, as it is exported here`, async () => {
      const archive = join(api.folder, `${layout}-export.zip`);
      await writeFile(archive, Buffer.from(await (await client.exportVersion('aptos-folder', 1, { layout })).arrayBuffer()));
      await unpack(archive, join(api.folder, layout));
      await comesToTheSame(join(api.folder, layout), layout);
    });
  }

  it('refuses what is not there, with its name, and an upload that is not whole', async () => {
    const refused = async (source: DatasetSource, expected: { code: string; message: RegExp }): Promise<void> => {
      const failure = await importFrom('refused', source).then(
        () => null,
        (error: Error & { code?: string }) => error,
      );
      assert.match(failure?.message ?? '', expected.message);
      assert.ok(failure?.code === expected.code || failure?.message.includes(expected.code), failure?.message);
    };
    await refused({ kind: 's3', uri: `s3://${bucket.settings.bucket}/nothing` }, { code: 'NOT_FOUND', message: /There is nothing at s3:\/\/.*\/nothing\// });
    await refused({ kind: 'path', uri: join(api.folder, 'nothing.zip') }, { code: 'BAD_REQUEST', message: /nothing\.zip/ });
    await refused({ kind: 'upload', uri: 'f'.repeat(32) }, { code: 'NOT_FOUND', message: /There is no upload f+ of yours/ });
    await writeFile(join(api.folder, 'evil.zip'), createZip([{ name: 'a.png', bytes: Buffer.from('x') }, { name: '/etc/cron.d/evil', bytes: Buffer.from('x') }]));
    const before = await listFiles(api.folder);
    await refused({ kind: 'path', uri: join(api.folder, 'evil.zip') }, { code: 'BAD_DATASET', message: /evil\.zip: \/etc\/cron\.d\/evil is refused: it is absolute\./ });
    assert.deepEqual(await listFiles(api.folder), before);
  });
});

async function listFiles(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)).sort();
}
