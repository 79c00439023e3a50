import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetSampleWireSchema, datasetWireSchema, pageSchema, type DatasetSampleWire, type DatasetWire, type Page } from '@eyegazer/core';
import sharp from 'sharp';
import { assertError, importDataset, listStored, useApi, writeAptosFolder, type Reply } from './api-world.js';
import { until } from '../../until.js';
import { findImportProcess } from './find-import-process.js';

describe('API: datasets', function () {
  this.timeout(30_000);
  const api = useApi();

  it('imports a folder through its states and lists what it skipped by name', async () => {
    const folder = join(api.folder, 'eyes');
    await writeAptosFolder(folder, 40);
    await writeFile(join(folder, 'train_images', 'image003.png'), 'this is text');
    await writeFile(join(folder, 'train_images', 'stray.png'), await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).png().toBuffer());
    const started = await api.post<DatasetWire>('/api/datasets', { name: 'eyes', source: { kind: 'path', uri: folder }, split: { kind: 'stratified', holdout: 0.25, seed: 1 } });
    assert.equal(started.status, 202);
    assert.equal(started.body.state, 'importing');
    const dataset = await until(async () => {
      const { body } = await api.get<DatasetWire>('/api/datasets/eyes');
      return body.state !== 'importing' && body;
    });
    datasetWireSchema.parse(dataset);
    assert.equal(dataset.state, 'ready', JSON.stringify(dataset.error));
    assert.equal(dataset.report?.sampleCount, 39);
    assert.deepEqual(new Map(dataset.report?.problems.map(({ kind, name }) => [kind, name])), new Map([['broken-image', 'train_images/image003.png'], ['unlabelled-image', 'train_images/stray.png']]));
    assert.deepEqual(dataset.latest?.classNames, ['0', '1', '2']);
    assert.equal(dataset.latest?.version, 1);
    const total = [...(dataset.latest?.counts.train ?? []), ...(dataset.latest?.counts.eval ?? [])].reduce((a, b) => a + b, 0);
    assert.equal(total, 39);
    const list = await api.get<Page<DatasetWire>>('/api/datasets');
    assert.deepEqual(list.body.items.map(({ name }) => name), ['eyes']);
    assert.equal(list.body.nextCursor, null);
  });

  it('pages through samples, filters them, and finds each exactly once', async () => {
    const seen: DatasetSampleWire[] = [];
    let cursor: string | null = '0';
    while (cursor !== null) {
      const reply: Reply<Page<DatasetSampleWire>> = await api.get(`/api/datasets/eyes/samples?limit=7&cursor=${cursor}`);
      pageSchema(datasetSampleWireSchema).parse(reply.body);
      seen.push(...reply.body.items);
      cursor = reply.body.nextCursor;
    }
    assert.equal(seen.length, 39);
    assert.equal(new Set(seen.map(({ id }) => id)).size, 39);
    const evalOnes = await api.get<Page<DatasetSampleWire>>('/api/datasets/eyes/samples?split=eval&label=1');
    assert.ok(evalOnes.body.items.length > 0);
    assert.ok(evalOnes.body.items.every(({ split, label }) => split === 'eval' && label === 1));
    assertError(await api.get('/api/datasets/eyes/samples?split=test'), { status: 400, code: 'BAD_REQUEST', path: 'split' });
    assertError(await api.get('/api/datasets/eyes/samples?cursor=-1'), { status: 400, code: 'BAD_REQUEST', path: 'cursor' });
  });

  it('serves a thumbnail, and 304 to whoever has it', async () => {
    const { body } = await api.get<Page<DatasetSampleWire>>('/api/datasets/eyes/samples?limit=1');
    const [sample] = body.items;
    assert.ok(sample);
    assert.match(sample.image, /\?version=1$/);
    const image = `${sample.image}&size`;
    const response = await fetch(`${api.url}${image}=20`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'image/webp');
    const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    assert.deepEqual({ width, height }, { width: 20, height: 15 });
    const etag = response.headers.get('etag') ?? '';
    assert.match(etag, /^"[0-9a-f]{64}-20"$/);
    assert.equal((await api.get(`${image}=20`, { 'if-none-match': etag })).status, 304);
    assert.equal((await api.get(`${image}=21`, { 'if-none-match': etag })).status, 200);
    assertError(await api.get(`${image}=5000`), { status: 400, code: 'BAD_REQUEST', path: 'size' });
    for (const id of ['nobody', '..%2f..%2fetc%2fpasswd', '%2e%2e%2ftrain.csv']) {
      assertError(await api.get(`/api/datasets/eyes/samples/${id}/image`), { status: 404, code: 'NOT_FOUND' });
    }
  });

  it('refuses a second import of a name while one runs', async () => {
    const folder = join(api.folder, 'many');
    await writeAptosFolder(folder, 300);
    const body = { name: 'many', source: { kind: 'path', uri: folder } };
    assert.equal((await api.post('/api/datasets', body)).status, 202);
    assertError(await api.post('/api/datasets', body), { status: 409, code: 'CONFLICT' });
    await until(async () => (await api.get<DatasetWire>('/api/datasets/many')).body.state === 'ready');
    assert.equal((await api.remove('/api/datasets/many')).status, 204);
    assertError(await api.get('/api/datasets/many'), { status: 404, code: 'NOT_FOUND' });
  });

  it('keeps nothing of an import that fails, and says why', async () => {
    const folder = join(api.folder, 'broken');
    await mkdir(join(folder, 'train_images'), { recursive: true });
    await writeFile(join(folder, 'train.csv'), 'id_code,diagnosis\na,0\nb,1\n');
    for (const id of ['a', 'b']) await writeFile(join(folder, 'train_images', `${id}.png`), 'not an image');
    const before = await listStored(api.store);
    const dataset = await importDataset(api, { name: 'broken', source: { kind: 'path', uri: folder } });
    assert.equal(dataset.state, 'failed');
    assert.equal(dataset.error?.code, 'BAD_DATASET');
    assert.match(dataset.error?.message ?? '', /train_images\/a\.png/);
    assert.equal(dataset.latest, null);
    assert.deepEqual(await listStored(api.store), before);
    assertError(await api.get('/api/datasets/broken/samples'), { status: 422, code: 'BAD_DATASET' });
  });

  it('names the table that is missing', async () => {
    const folder = join(api.folder, 'empty');
    await mkdir(folder);
    const dataset = await importDataset(api, { name: 'empty', source: { kind: 'path', uri: folder } });
    assert.equal(dataset.state, 'failed');
    assert.match(dataset.error?.message ?? '', /train\.csv/i);
  });

  it('answers a folder that is not there, or not absolute, at once', async () => {
    const post = (uri: string) => api.post('/api/datasets', { name: 'ghost', source: { kind: 'path', uri } });
    assertError(await post(join(api.folder, 'ghost')), { status: 400, code: 'BAD_REQUEST', path: 'source.uri', message: /ENOENT/ });
    assertError(await post('eyes'), { status: 400, code: 'BAD_REQUEST', path: 'source.uri', message: /absolute/ });
    assertError(await api.post('/api/datasets', { name: 'Bad Name', source: { kind: 'path', uri: '/' } }), { status: 400, code: 'BAD_REQUEST', path: 'name' });
    assertError(await api.get('/api/datasets/ghost'), { status: 404, code: 'NOT_FOUND' });
  });

  it('fails an import whose process is killed, and the name can be used again', async () => {
    const folder = join(api.folder, 'killed');
    await writeAptosFolder(folder, 400);
    const started = await api.post<DatasetWire>('/api/datasets', { name: 'killed', source: { kind: 'path', uri: folder } });
    const pid = await until(() => findImportProcess());
    process.kill(pid, 'SIGKILL');
    const dataset = await until(async () => {
      const { body } = await api.get<DatasetWire>(`/api/datasets/${started.body.id}`);
      return body.state !== 'importing' && body;
    });
    assert.equal(dataset.state, 'failed');
    assert.match(dataset.error?.message ?? '', /import process was ended by SIGKILL/);
    assert.equal((await importDataset(api, { name: 'killed', source: { kind: 'path', uri: folder } })).state, 'ready');
  });
});

describe('API: data roots', function () {
  this.timeout(30_000);
  const api = useApi({ dataRoots: (folder) => [join(folder, 'allowed')] });

  it('bound datasets and models, links followed', async () => {
    await mkdir(join(api.folder, 'allowed'));
    await writeAptosFolder(join(api.folder, 'allowed', 'inside'), 12);
    await writeAptosFolder(join(api.folder, 'outside'), 12);
    await symlink(join(api.folder, 'outside'), join(api.folder, 'allowed', 'link'));
    const dataset = (uri: string) => api.post('/api/datasets', { name: 'rooted', source: { kind: 'path', uri } });
    const model = (uri: string) => api.post('/api/models', { source: { kind: 'path', uri } });
    for (const uri of [join(api.folder, 'outside'), join(api.folder, 'allowed', 'link'), join(api.folder, 'allowed', '..', 'outside'), '/', join(api.folder, 'no-such')]) {
      assertError(await dataset(uri), { status: 403, code: 'FORBIDDEN', path: 'source.uri', message: /EYEGAZER_DATA_ROOTS/ });
      assertError(await model(uri), { status: 403, code: 'FORBIDDEN', path: 'source.uri' });
    }
    const ready = await importDataset(api, { name: 'rooted', source: { kind: 'path', uri: join(api.folder, 'allowed', 'inside') } });
    assert.equal(ready.state, 'ready', JSON.stringify(ready.error));
  });

  it('bound the list of a split too', async () => {
    await writeFile(join(api.folder, 'holdout.csv'), 'id_code\nimage000\n');
    const dataset = await importDataset(api, {
      name: 'listed',
      source: { kind: 'path', uri: join(api.folder, 'allowed', 'inside') },
      split: { kind: 'list', file: join(api.folder, 'holdout.csv') },
    });
    assert.equal(dataset.state, 'failed');
    assert.equal(dataset.error?.code, 'FORBIDDEN');
  });

  it('bound the files of a model, because they may be links', async () => {
    const folder = join(api.folder, 'allowed', 'linked-model');
    await mkdir(folder);
    for (const name of ['config.json', 'preprocessor_config.json', 'model.safetensors']) {
      await writeFile(join(api.folder, 'outside', name), '{}');
      await symlink(join(api.folder, 'outside', name), join(folder, name));
    }
    assertError(await api.post('/api/models', { source: { kind: 'path', uri: folder } }), { status: 403, code: 'FORBIDDEN' });
  });
});
