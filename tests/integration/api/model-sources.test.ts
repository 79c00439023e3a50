import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { ExperimentDetail, ModelWire, SubmitAnswer } from '@eyegazer/core';
import { collectingLog } from '../../fixtures/collecting-log.js';
import { startHubServer, type HubServer } from '../../fixtures/hub-server.js';
import { readModelFiles, shardModel, spoilModel } from '../../fixtures/model-files.js';
import { useRadosgw } from '../../fixtures/radosgw.js';
import { until } from '../../until.js';
import { assertError, importDataset, listStored, useApi, writeAptosFolder } from './api-world.js';
import { findImportProcess } from './find-import-process.js';
import { writeNanoViT } from '../../fixtures/nano-vit.js';

const token = `hf_${'Q'.repeat(34)}`;

describe('API: base models from the hub', function () {
  this.timeout(150_000);
  let hub: HubServer;
  const { log, lines } = collectingLog();
  before(async () => {
    hub = await startHubServer();
  });
  after(() => hub.close());
  const api = useApi({ log, modelSources: () => ({ hub: { endpoint: hub.endpoint, token } }) });
  afterEach(() => {
    hub.decide = () => 'pass';
  });

  const folder = (name: string): string => join(api.folder, name);
  const post = (id: string, more: { revision?: string; name?: string } = {}) => {
    const { name, ...revision } = more;
    return api.post<ModelWire>('/api/models', { source: { kind: 'hub', id, ...revision }, ...(name === undefined ? {} : { name }) });
  };
  const ended = (id: string): Promise<ModelWire> =>
    until(async () => {
      const { body } = await api.get<ModelWire>(`/api/models/${encodeURIComponent(id)}`);
      return body.state !== 'importing' && body;
    }, 120_000);
  const add = async (id: string, more: { revision?: string; name?: string } = {}): Promise<ModelWire> => {
    const { status, body } = await post(id, more);
    assert.equal(status, 202, JSON.stringify(body));
    assert.equal(body.state, 'importing');
    return ended(body.id);
  };
  const addFailing = async (id: string, more: { revision?: string; name?: string } = {}) => {
    const model = await add(id, more);
    assert.ok(model.state === 'failed', JSON.stringify(model));
    return model.error;
  };
  const push = async (id: string, seed: number): Promise<string> => {
    await writeNanoViT(folder(`nano-${seed}`), { seed });
    return hub.pushFolder(id, folder(`nano-${seed}`));
  };
  const downloads = (): Promise<string[]> => readdir(folder('imports')).catch(() => []);
  const weightRequests = (): number => hub.seen.filter(({ host }) => host === 'storage').length;

  it('arrives through its states, byte for byte, with the commit it came from, and leaves nothing behind', async () => {
    hub.token = token;
    const commit = await push('acme/nano', 1);
    const model = await add('acme/nano');
    assert.ok(model.state === 'ready', JSON.stringify(model));
    assert.deepEqual([model.name, model.source, model.modelType, model.imageSize, model.hiddenSize], ['acme/nano', `hub:acme/nano@${commit}`, 'vit', 96, 64]);
    const { files } = await api.platform.models.get('acme/nano');
    assert.deepEqual(files.map(({ name }) => name).sort(), ['config.json', 'model.safetensors', 'preprocessor_config.json']);
    for (const { name, sha256 } of files) assert.deepEqual(await readFile(await api.store.localPath(sha256)), await readFile(join(folder('nano-1'), name)));
    await until(async () => (await downloads()).length === 0);
    assert.equal((await api.get<{ items: ModelWire[] }>('/api/models')).body.items[0]?.state, 'ready');
    hub.token = null;
  });

  it('answers the model that is there when it is asked for again, and refuses another source under its name', async () => {
    const seen = hub.seen.length;
    const again = await post('acme/nano');
    assert.deepEqual([again.status, again.body.state], [201, 'ready']);
    assert.equal(hub.seen.length, seen, 'nothing is asked of the hub');
    assertError(await post('acme/other', { name: 'acme/nano' }), { status: 409, code: 'CONFLICT', path: 'name', message: /from hub:acme\/nano@/ });
  });

  it('fetches no weights that the store has already: two models share their bytes', async () => {
    const before = [weightRequests(), (await listStored(api.store)).length];
    await push('acme/twin', 1);
    const model = await add('acme/twin');
    assert.equal(model.state, 'ready');
    assert.deepEqual([weightRequests(), (await listStored(api.store)).length], before);
  });

  it('takes a revision, sharded weights, and nothing else of the repository', async () => {
    const files = shardModel(await readModelFiles(folder('nano-1')));
    hub.push('acme/shards', { ...files, 'README.md': Buffer.from('#'), 'pytorch_model.bin': Buffer.from('pickle'), 'run.py': Buffer.from('import os') });
    hub.tag('acme/shards', 'v1');
    hub.push('acme/shards', { 'README.md': Buffer.from('empty now') });
    hub.seen.length = 0;
    const model = await add('acme/shards', { revision: 'v1' });
    assert.ok(model.state === 'ready', JSON.stringify(model));
    assert.deepEqual((await api.platform.models.get('acme/shards')).files.map(({ name }) => name).sort(), Object.keys(files).sort());
    const fetched = hub.seen.filter(({ path }) => path.includes('/resolve/')).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
    assert.deepEqual([...new Set(fetched)].sort(), Object.keys(files).sort());
    const whole = await api.platform.models.get('acme/nano');
    assert.equal(model.parameterCount, whole.parameterCount);
  });

  it('goes on from the bytes that are here when a failed import is started again', async () => {
    await push('acme/broken', 2);
    let cut = false;
    hub.decide = ({ host }) => {
      if (host !== 'storage') return 'pass';
      if (cut) return { status: 410 };
      cut = true;
      return { cutAfterBytes: 500_000 };
    };
    const error = await addFailing('acme/broken');
    assert.match(error.message, /HTTP 410/);
    hub.decide = () => 'pass';
    const model = await add('acme/broken');
    assert.equal(model.state, 'ready');
    assert.match(hub.seen.findLast(({ host }) => host === 'storage')?.range ?? '', /^bytes=[1-9]\d{4,5}-/);
  });

  it('goes on from there after the API was killed in the middle', async () => {
    await push('acme/killed', 3);
    hub.decide = ({ host }) => (host === 'storage' ? { stallAfterBytes: 400_000 } : 'pass');
    const { body } = await post('acme/killed');
    await until(async () => {
      const { body: now } = await api.get<ModelWire>(`/api/models/${body.id}`);
      return now.state === 'importing' && now.progress?.phase === 'downloading' && now.progress.doneBytes > 100_000;
    });
    // As a killed process leaves it: the row says importing, and nobody holds it.
    await killImport();
    await ended(body.id);
    await api.sql(`UPDATE base_model SET state = 'importing', error = NULL WHERE id = $1`, [body.id]);
    assert.equal(await api.platform.modelImports.failInterrupted({ silentForMs: 0 }), 1);
    const { body: interrupted } = await api.get<ModelWire>(`/api/models/${body.id}`);
    assert.ok(interrupted.state === 'failed');
    assert.match(interrupted.error.message, /interrupted\. Start it again: it goes on/);
    hub.decide = () => 'pass';
    assert.equal((await add('acme/killed')).state, 'ready');
    assert.match(hub.seen.findLast(({ host }) => host === 'storage')?.range ?? '', /^bytes=[1-9]\d+-/);
  });

  it('is ended and forgotten when it is deleted on its way', async () => {
    await push('acme/unwanted', 4);
    hub.decide = ({ host }) => (host === 'storage' ? { stallAfterBytes: 400_000 } : 'pass');
    const { body } = await post('acme/unwanted');
    await until(async () => (await downloads()).includes(body.id));
    assertError(await post('acme/else', { name: 'acme/unwanted' }), { status: 409, code: 'CONFLICT', message: /is being imported already/ });
    assert.equal((await post('acme/unwanted')).body.id, body.id, 'the same once more is the one that is on its way');
    assert.equal((await api.remove(`/api/models/${body.id}`)).status, 204);
    assertError(await api.get(`/api/models/${body.id}`), { status: 404, code: 'NOT_FOUND' });
    assert.equal(await findImportProcess(), undefined);
    assert.ok(!(await downloads()).includes(body.id));
    hub.decide = () => 'pass';
    assert.equal((await add('acme/unwanted')).state, 'ready');
  });

  it('refuses weights in a pickle', async () => {
    hub.push('timm/old', { 'config.json': Buffer.from('{}'), 'pytorch_model.bin': Buffer.from('x') });
    const error = await addFailing('timm/old');
    assert.equal(error.code, 'BAD_MODEL');
    assert.match(error.message, /^hub:timm\/old@[0-9a-f]{40}: expected model\.safetensors, got pytorch_model\.bin, a pickle.*save_pretrained/);
  });

  it('refuses another kind of model, before its weights are fetched', async () => {
    hub.push('google/bert', { ...(await readModelFiles(folder('nano-1'))), 'config.json': Buffer.from('{"model_type":"bert"}') });
    const before = weightRequests();
    const error = await addFailing('google/bert');
    assert.match(error.message, /^hub:google\/bert@\w+\/config\.json: model_type: expected/);
    assert.equal(weightRequests(), before);
  });

  it('refuses weights that are not finite', async () => {
    const files = await readModelFiles(folder('nano-1'));
    hub.push('acme/nan', spoilModel(files));
    const before = await listStored(api.store);
    const error = await addFailing('acme/nan');
    assert.equal(error.code, 'BAD_MODEL');
    assert.match(error.message, /^hub:acme\/nan@\w+\/model\.safetensors: tensor "\S+": expected finite numbers, got NaN/);
    assert.ok(!error.message.includes(api.folder));
    assert.deepEqual(await listStored(api.store), before);
  });

  it('refuses what does not fit on the disk, before it is fetched', async () => {
    const commit = await push('acme/huge', 5);
    const files = await readModelFiles(folder('nano-5'));
    const list = Object.entries(files).map(([path, bytes]) => {
      const oid = createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
      return path === 'model.safetensors' ? { type: 'file', path, oid, size: 8e15, lfs: { oid: 'e'.repeat(64), size: 8e15, pointerSize: 130 } } : { type: 'file', path, oid, size: bytes.byteLength };
    });
    hub.decide = ({ path }) => (path.endsWith(`/tree/${commit}`) ? { status: 200, body: list } : 'pass');
    const before = weightRequests();
    const error = await addFailing('acme/huge');
    assert.equal(error.code, 'UNAVAILABLE');
    assert.match(error.message, /^This import needs 16000000\.0 GB of disk, and \d+\.\d GB are free in .*EYEGAZER_HOME/);
    assert.equal(weightRequests(), before);
  });

  it('refuses what the hub does not show', async () => {
    assert.match((await addFailing('nobody/nothing')).message, /There is no repository nobody\/nothing/);
    assert.match((await addFailing('acme/nano', { revision: 'v9', name: 'v9' })).message, /acme\/nano has no revision v9/);
  });

  it('refuses what is no id, no revision and no name', async () => {
    for (const id of ['vit', 'a/b/c', '../etc', 'a/..', 'a b/c', '/a/b']) assertError(await post(id), { status: 400, code: 'BAD_REQUEST', path: 'source.id' });
    assertError(await post('acme/nano', { revision: '../main' }), { status: 400, code: 'BAD_REQUEST', path: 'source.revision' });
    assertError(await post('acme/nano', { name: 'a/b/c' }), { status: 400, code: 'BAD_REQUEST', path: 'name' });
  });

  it('is what a config may name by its id, with the revision it was imported at', async () => {
    await writeAptosFolder(folder('eyes'), 30);
    await importDataset(api, { name: 'eyes', source: { kind: 'path', uri: folder('eyes') } });
    const submit = (base: string) => api.post<SubmitAnswer>('/api/experiments', { dataset: 'eyes', model: { base } });
    const commit = (await api.platform.models.get('acme/nano')).source.split('@')[1] ?? '';
    for (const base of ['acme/nano', 'hub:acme/nano', 'acme/nano@main', `acme/nano@${commit}`]) {
      const { status, body } = await submit(base);
      assert.equal(status, 201, JSON.stringify(body));
      assert.equal((await api.get<ExperimentDetail>(`/api/experiments/${body.id}`)).body.config.model.base, 'acme/nano');
    }
    assertError(await submit('acme/nano@v2'), { status: 400, code: 'BAD_CONFIG', path: 'model.base', message: /Add it first: `eyegazer models add acme\/nano@v2`/ });
    assertError(await submit('acme/absent'), { status: 400, code: 'BAD_CONFIG', path: 'model.base', message: /`eyegazer models add acme\/absent`/ });
    assertError(await submit('acme/nan'), { status: 422, code: 'BAD_MODEL', path: 'model.base', message: /import failed: .*NaN/ });
    assertError(await api.remove(`/api/models/${encodeURIComponent('acme/nano')}`), { status: 409, code: 'CONFLICT', message: /cannot be deleted: it is used/ });
  });

  it('never shows the token: not in the log, not in an answer, not in the database', async () => {
    assert.ok(hub.seen.some(({ authorization }) => authorization === `Bearer ${token}`));
    assert.ok(hub.seen.every(({ host, authorization }) => (host === 'hub' ? authorization === `Bearer ${token}` : authorization === undefined)));
    const rows = await api.sql('SELECT * FROM base_model');
    const answers = await api.get('/api/models');
    assert.ok(lines.length > 10 && rows.length > 10);
    for (const text of [lines, rows, answers.body].map((value) => JSON.stringify(value))) assert.ok(!text.includes(token));
  });

  it('says within seconds that the hub cannot be reached', async () => {
    hub.decide = () => 'drop';
    const error = await addFailing('acme/offline');
    assert.equal(error.code, 'UNAVAILABLE');
    assert.match(error.message, /^Cannot reach http:\/\/127\.0\.0\.1:\d+ \(\w+\)\. Check the network, set HF_ENDPOINT to a mirror, or import a folder\.$/);
  });

  /** Ends the import process as the kernel would. */
  async function killImport(): Promise<void> {
    process.kill(await until(findImportProcess), 'SIGKILL');
  }
});

describe('API: base models from a bucket', function () {
  this.timeout(150_000);
  const bucket = useRadosgw();
  const api = useApi({
    dataRoots: (folder) => [folder, `s3://${bucket.settings.bucket}/allowed`],
    modelSources: () => ({ buckets: { endpoint: bucket.settings.endpoint, region: bucket.settings.region, credentials: bucket.settings.credentials } }),
  });
  const post = (uri: string, name?: string) => api.post<ModelWire>('/api/models', { source: { kind: 's3', uri }, ...(name === undefined ? {} : { name }) });
  const ended = (id: string): Promise<ModelWire> =>
    until(async () => {
      const { body } = await api.get<ModelWire>(`/api/models/${id}`);
      return body.state !== 'importing' && body;
    }, 120_000);
  const uri = (path: string): string => `s3://${bucket.settings.bucket}/${path}`;

  it('arrive under the last part of their prefix, and are what a config may name', async () => {
    await writeNanoViT(join(api.folder, 'nano'), { seed: 1 });
    for (const [name, Body] of Object.entries(await readModelFiles(join(api.folder, 'nano')))) {
      for (const prefix of ['allowed/nano', 'allowed-not/nano']) await bucket.client.send(new PutObjectCommand({ Bucket: bucket.settings.bucket, Key: `${prefix}/${name}`, Body }));
    }
    const { status, body } = await post(`${uri('allowed/nano')}/`);
    assert.equal(status, 202);
    const model = await ended(body.id);
    assert.ok(model.state === 'ready', JSON.stringify(model));
    assert.deepEqual([model.name, model.source], ['nano', uri('allowed/nano')]);
    for (const { name, sha256 } of (await api.platform.models.get('nano')).files) assert.deepEqual(await readFile(await api.store.localPath(sha256)), await readFile(join(api.folder, 'nano', name)));
    await writeAptosFolder(join(api.folder, 'eyes'), 12);
    await importDataset(api, { name: 'eyes', source: { kind: 'path', uri: join(api.folder, 'eyes') } });
    const planned = await api.post<SubmitAnswer>('/api/experiments?dryRun=true', { dataset: 'eyes', model: { base: uri('allowed/nano') } });
    assert.equal(planned.status, 200, JSON.stringify(planned.body));
    assert.equal(planned.body.config.model.base, 'nano');
  });

  it('are bounded by the data roots', async () => {
    for (const path of ['allowed-not/nano', 'nano', 'allowed/../allowed-not/nano']) {
      const reply = await post(uri(path));
      assertError(reply, path.includes('..') ? { status: 400, code: 'BAD_REQUEST', path: 'source.uri' } : { status: 403, code: 'FORBIDDEN', path: 'source.uri', message: /EYEGAZER_DATA_ROOTS/ });
    }
    assertError(await post('s3://another-bucket/nano'), { status: 403, code: 'FORBIDDEN' });
    assertError(await post('s3://'), { status: 400, code: 'BAD_REQUEST', path: 'source.uri' });
  });

  it('fail with what the store says, and are tried again', async () => {
    const { body } = await post(uri('allowed/later'));
    const failed = await ended(body.id);
    assert.ok(failed.state === 'failed');
    assert.match(failed.error.message, /There is nothing at s3:/);
    for (const [name, Body] of Object.entries(shardModel(await readModelFiles(join(api.folder, 'nano'))))) await bucket.client.send(new PutObjectCommand({ Bucket: bucket.settings.bucket, Key: `allowed/later/${name}`, Body }));
    assert.equal((await post(uri('allowed/later'))).body.id, body.id);
    assert.equal((await ended(body.id)).state, 'ready');
  });
});
