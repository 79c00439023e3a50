/** What a person chooses from an import: versions, previews, duplicates, images that a version leaves out, exports. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  curationPreviewSchema,
  datasetVersionWireSchema,
  duplicateGroupWireSchema,
  pageSchema,
  type CurationPreview,
  type DatasetSampleWire,
  type DatasetVersionWire,
  type DatasetWire,
  type DuplicateGroupWire,
  type Page,
} from '@eyegazer/core';
import { openZipSource } from '@eyegazer/data';
import { assertError, importDataset, listStored, useApi, writeAptosFolder } from './api-world.js';
import { until } from '../../until.js';

describe('API: versions of a dataset', function () {
  this.timeout(120_000);
  const api = useApi();
  let dataset: DatasetWire;
  const image = (name: string): string => join(api.folder, 'eyes', 'train_images', `${name}.png`);

  before('import', async function () {
    this.timeout(60_000);
    await writeAptosFolder(join(api.folder, 'eyes'), 60);
    // The grades are 0, 1, 2 round and round: one pair of the same grade, one of two.
    await copyFile(image('image000'), image('image003'));
    await copyFile(image('image001'), image('image006'));
    dataset = await importDataset(api, { name: 'eyes', source: { kind: 'path', uri: join(api.folder, 'eyes') } });
    assert.equal(dataset.state, 'ready', JSON.stringify(dataset.error));
  });

  const preview = (body: unknown) => api.post<CurationPreview>('/api/datasets/eyes/versions/preview', body);
  const create = (body: unknown) => api.post<DatasetVersionWire>('/api/datasets/eyes/versions', body);
  const binary = { classes: [{ name: 'well', labels: ['0'] }, { name: 'ill', labels: ['1', '2'] }], duplicates: 'keepOne', conflicts: 'dropGroup' };

  it('says what an import found: counts, sizes, duplicates', () => {
    const { audit } = dataset;
    assert.deepEqual([audit?.sampleCount, audit?.labelCounts, audit?.exact], [60, [20, 20, 20], { groups: 2, images: 4, conflicting: 1 }]);
    assert.deepEqual(audit?.sizes, [{ width: 40, height: 30, count: 60 }]);
    assert.deepEqual([dataset.latest?.ordinal, dataset.latest?.leftOut, dataset.latest?.curation.duplicates], [true, 0, 'keepAll']);
  });

  it('counts what a version would hold, and stores nothing', async () => {
    const before = await listStored(api.store);
    const { status, body } = await preview(binary);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(curationPreviewSchema.parse(body), body);
    assert.deepEqual([body.classNames, body.leftOut, body.version], [['well', 'ill'], { duplicates: 1, conflicts: 2, labels: 0 }, null]);
    const total = (split: 'train' | 'eval'): number => body.counts[split].reduce((a, b) => a + b, 0);
    assert.equal(total('train') + total('eval'), 57);
    assert.equal((await preview({})).body.version, 1);
    assert.deepEqual(await listStored(api.store), before);
  });

  it('makes a version, answers the same one for the same choices, and keeps the old ones', async () => {
    const before = await listStored(api.store);
    const made = await create(binary);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.deepEqual(datasetVersionWireSchema.parse(made.body), made.body);
    assert.deepEqual([made.body.version, made.body.leftOut, made.body.classNames], [2, 3, ['well', 'ill']]);
    assert.equal((await listStored(api.store)).length, before.length + 1, 'a manifest; the images are there');
    const again = await create(binary);
    assert.deepEqual([again.status, again.body], [200, made.body]);
    assert.deepEqual([(await create({})).status, (await create({})).body.version], [200, 1]);
    const { body } = await api.get<Page<DatasetVersionWire>>('/api/datasets/eyes/versions');
    assert.deepEqual(body.items.map(({ version }) => version), [2, 1]);
    assert.deepEqual((await api.get<DatasetWire>('/api/datasets/eyes')).body.latest, made.body);
  });

  it('refuses choices that do not fit, and names them', async () => {
    assertError(await create({ classes: [{ name: 'a', labels: ['7'] }, { name: 'b', labels: ['1'] }] }), { status: 422, code: 'BAD_DATASET', path: 'classes.0.labels.0' });
    assertError(await create({ split: { kind: 'ids', ids: ['image000', 'nobody'] } }), { status: 422, code: 'BAD_DATASET', path: 'split.ids.1' });
    assertError(await preview({ split: { kind: 'given' } }), { status: 422, code: 'BAD_DATASET' });
    assertError(await preview({ duplicate: 'keepOne' }), { status: 400, code: 'BAD_REQUEST' });
    assertError(await api.post('/api/datasets/nobody/versions', {}), { status: 404, code: 'NOT_FOUND' });
  });

  it('holds out what a list beside the data names, or one elsewhere on the server', async () => {
    await writeFile(join(api.folder, 'eyes', 'held.csv'), 'id_code\nimage010\nimage011\nimage012\n');
    const beside = await create({ split: { kind: 'list', file: 'held.csv' } });
    assert.equal(beside.status, 201, JSON.stringify(beside.body));
    assert.deepEqual(beside.body.counts.eval, [1, 1, 1]);
    await rename(join(api.folder, 'eyes', 'held.csv'), join(api.folder, 'held.csv'));
    assert.equal((await create({ split: { kind: 'list', file: join(api.folder, 'held.csv') } })).body.version, beside.body.version);
    assertError(await create({ split: { kind: 'list', file: 'held.csv' } }), { status: 422, code: 'BAD_DATASET', path: 'split.file' });
  });

  it('lists duplicates side by side, those with conflicting labels first, with pictures of each', async () => {
    const { body } = await api.get<Page<DuplicateGroupWire>>('/api/datasets/eyes/duplicates?kind=exact');
    assert.deepEqual(pageSchema(duplicateGroupWireSchema).parse(body), body);
    assert.deepEqual(body.items.map(({ conflicting, images }) => [conflicting, images.map(({ id, label }) => [id, label])]), [
      [true, [['image001', '1'], ['image006', '0']]],
      [false, [['image000', '0'], ['image003', '0']]],
    ]);
    assert.equal((await api.get<Page<DuplicateGroupWire>>('/api/datasets/eyes/duplicates?conflicting=true&kind=exact')).body.items.length, 1);
    const first = await api.get<Page<DuplicateGroupWire>>('/api/datasets/eyes/duplicates?limit=1');
    assert.equal((await api.get<Page<DuplicateGroupWire>>(`/api/datasets/eyes/duplicates?limit=1&cursor=${first.body.nextCursor}`)).body.items.length, 1);
    for (const { image: path } of body.items.flatMap(({ images }) => images)) {
      assert.equal((await fetch(api.url + path)).headers.get('content-type'), 'image/webp');
    }
  });

  it('shows the samples of any version, and every imported image, those too that a version leaves out', async () => {
    const ids = async (query: string): Promise<string[]> => (await api.get<Page<DatasetSampleWire>>(`/api/datasets/eyes/samples?limit=200&${query}`)).body.items.map(({ id }) => id);
    assert.equal((await ids('version=1')).length, 60);
    const second = await ids('version=2');
    assert.equal(second.length, 57);
    assert.ok(!second.includes('image001'));
    assert.equal((await fetch(`${api.url}/api/datasets/eyes/samples/image001/image`)).status, 200);
    assert.equal((await fetch(`${api.url}/api/datasets/eyes/samples/image001/image?version=1`)).status, 200);
    assertError(await api.get('/api/datasets/eyes/samples/image001/image?version=2'), { status: 404, code: 'NOT_FOUND' });
    assertError(await api.get('/api/datasets/eyes/samples?version=99'), { status: 404, code: 'NOT_FOUND' });
  });

  it('sends a version as a zip that is imported again to the same images, classes and split', async () => {
    const response = await fetch(`${api.url}/api/datasets/eyes/versions/2/export?layout=imagefolder`);
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'application/zip']);
    assert.match(response.headers.get('content-disposition') ?? '', /eyes-2-imagefolder\.zip/);
    const file = join(api.folder, 'export.zip');
    await writeFile(file, Buffer.from(await response.arrayBuffer()));
    const source = await openZipSource({ file, name: 'export.zip', workFolder: api.folder });
    assert.ok(source.files.some(({ path }) => path === 'README.md'));
    await source.close();
    const again = await importDataset(api, { name: 'again', source: { kind: 'path', uri: file }, split: { kind: 'given' } });
    assert.equal(again.state, 'ready', JSON.stringify(again.error));
    const { body: versions } = await api.get<Page<DatasetVersionWire>>('/api/datasets/eyes/versions');
    assert.deepEqual([again.latest?.classNames, again.latest?.counts], [['well', 'ill'], versions.items.find(({ version }) => version === 2)?.counts]);
    assertError(await api.get('/api/datasets/eyes/versions/99/export'), { status: 404, code: 'NOT_FOUND' });
    assertError(await api.get('/api/datasets/eyes/versions/x/export'), { status: 404, code: 'NOT_FOUND' });
  });

  it('goes on to offer the images of the newest import, and the versions of the old one', async () => {
    const uri = join(api.folder, 'others');
    await writeAptosFolder(uri, 30);
    for (let i = 0; i < 30; i++) await rm(join(uri, 'train_images', `image${String(i).padStart(3, '0')}.png`));
    await mkdir(join(uri, 'spare'));
    await writeAptosFolder(uri, 21);
    const other = await importDataset(api, { name: 'eyes', source: { kind: 'path', uri } });
    assert.deepEqual([other.state, other.latest?.version, other.audit?.sampleCount], ['ready', 4, 21]);
    assert.equal((await preview({})).body.version, 4);
    assert.equal((await api.get<Page<DatasetSampleWire>>('/api/datasets/eyes/samples?version=1&limit=200')).body.items.length, 60);
    assert.equal((await fetch(`${api.url}/api/datasets/eyes/samples/image050/image?version=1`)).status, 200);
    assertError(await api.get('/api/datasets/eyes/samples/image050/image'), { status: 404, code: 'NOT_FOUND' });
  });

  it('is deleted with the import that runs', async () => {
    const uri = join(api.folder, 'many');
    await writeAptosFolder(uri, 1500);
    const { body } = await api.post<DatasetWire>('/api/datasets', { name: 'many', source: { kind: 'path', uri } });
    await until(async () => (await api.get<DatasetWire>('/api/datasets/many')).body.progress?.phase === 'reading', 60_000);
    assert.equal((await api.remove(`/api/datasets/${body.id}`)).status, 204);
    assertError(await api.get('/api/datasets/many'), { status: 404, code: 'NOT_FOUND' });
    assert.equal((await api.post('/api/datasets', { name: 'many', source: { kind: 'path', uri } })).status, 202);
    const cancelled = await api.post<DatasetWire>('/api/datasets/many/cancel');
    assert.deepEqual([cancelled.body.state, cancelled.body.error?.code], ['failed', 'CANCELLED']);
    assertError(await api.post('/api/datasets/many/cancel'), { status: 409, code: 'ILLEGAL_TRANSITION' });
  });
});
