import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelWireSchema, type ModelWire, type Page, type ReadyModelWire } from '@eyegazer/core';
import { readModelFiles, shardModel, spoilModel } from '../../fixtures/model-files.js';
import { assertError, listStored, useApi } from './api-world.js';
import { writeNanoViT } from '../../fixtures/nano-vit.js';

describe('API: models', () => {
  const api = useApi();
  const folder = (): string => join(api.folder, 'nano');
  const post = (uri: string, name?: string) => api.post<ReadyModelWire>('/api/models', { source: { kind: 'path', uri }, ...(name === undefined ? {} : { name }) });
  const stored = (): Promise<string[]> => listStored(api.store);

  it('copies a folder into the store by hash and names it after the folder', async () => {
    await writeNanoViT(folder(), { seed: 1 });
    const { status, body } = await post(folder());
    assert.equal(status, 201);
    modelWireSchema.parse(body);
    assert.equal(body.name, 'nano');
    assert.deepEqual([body.imageSize, body.patchSize, body.hiddenSize, body.numHiddenLayers, body.numAttentionHeads], [96, 8, 64, 4, 4]);
    const { files } = await api.platform.models.get('nano');
    assert.deepEqual(files.map(({ name }) => name).sort(), ['config.json', 'model.safetensors', 'preprocessor_config.json']);
    const weights = files.find(({ name }) => name === 'model.safetensors');
    assert.deepEqual(await readFile(await api.store.localPath(weights?.sha256 ?? '')), await readFile(join(folder(), 'model.safetensors')));
    assert.equal(body.byteLength, files.reduce((sum, { byteLength }) => sum + byteLength, 0));
  });

  it('answers the same model when it is imported again, and refuses other files under its name', async () => {
    const again = await post(folder());
    assert.equal(again.status, 201);
    const { body } = await api.get<Page<ModelWire>>('/api/models');
    assert.deepEqual(body.items.map(({ id }) => id), [again.body.id]);
    await writeNanoViT(join(api.folder, 'other'), { seed: 2 });
    const { files } = await api.platform.models.get('nano');
    assertError(await post(join(api.folder, 'other'), 'nano'), { status: 409, code: 'CONFLICT' });
    assert.deepEqual((await api.platform.models.get('nano')).files, files, 'what was refused is left to the garbage collector');
  });

  it('names a truncated safetensors in a 422 and keeps nothing', async () => {
    const broken = join(api.folder, 'broken');
    await cp(folder(), broken, { recursive: true });
    await truncate(join(broken, 'model.safetensors'), 5000);
    const before = await stored();
    assertError(await post(broken), { status: 422, code: 'BAD_FILE', message: /model\.safetensors/ });
    assert.deepEqual(await stored(), before);
    assertError(await api.post('/api/experiments?dryRun=true', { dataset: 'x', model: { base: broken } }), { status: 400, code: 'BAD_CONFIG', path: 'dataset' });
  });

  it('names the weight that is not finite, and keeps nothing', async () => {
    const spoiled = join(api.folder, 'spoiled');
    await cp(folder(), spoiled, { recursive: true });
    const { 'model.safetensors': weights } = spoilModel(await readModelFiles(folder()));
    await writeFile(join(spoiled, 'model.safetensors'), weights!);
    const before = await stored();
    assertError(await post(spoiled), { status: 422, code: 'BAD_MODEL', message: /model\.safetensors: tensor "\S+": expected finite numbers, got NaN/ });
    assert.deepEqual(await stored(), before);
  });

  it('takes shards too', async () => {
    const sharded = join(api.folder, 'sharded');
    await mkdir(sharded);
    const files = shardModel(await readModelFiles(folder()));
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(sharded, name), bytes);
    const { status, body } = await post(sharded);
    assert.equal(status, 201, JSON.stringify(body));
    assert.deepEqual((await api.platform.models.get('sharded')).files.map(({ name }) => name).sort(), Object.keys(files).sort());
  });

  it('names what is missing or not a ViT', async () => {
    const other = join(api.folder, 'not-vit');
    await cp(folder(), other, { recursive: true });
    await writeFile(join(other, 'config.json'), JSON.stringify({ model_type: 'bert' }));
    assertError(await post(other), { status: 422, code: 'BAD_MODEL', message: /config\.json.*model_type/ });
    await rm(join(other, 'config.json'));
    assertError(await post(other), { status: 422, code: 'BAD_FILE', message: /config\.json/ });
    assertError(await post(join(api.folder, 'nowhere')), { status: 400, code: 'BAD_REQUEST', path: 'source.uri' });
    assertError(await post(folder(), 'a/b/c'), { status: 400, code: 'BAD_REQUEST', path: 'name' });
  });

  it('forgets a model that no experiment uses', async () => {
    const { body } = await post(join(api.folder, 'other'), 'someone/other');
    assert.equal((await api.remove(`/api/models/${body.id}`)).status, 204);
    assertError(await api.remove(`/api/models/${body.id}`), { status: 404, code: 'NOT_FOUND' });
  });
});

describe('API: models of a folder within the data roots', () => {
  const api = useApi({ dataRoots: (folder) => [join(folder, 'allowed')] });

  it('show nothing of a file outside that one of theirs points to', async () => {
    const model = join(api.folder, 'allowed', 'nano');
    await writeNanoViT(model, { seed: 1 });
    for (const name of ['config.json', 'preprocessor_config.json', 'model.safetensors']) {
      const spoiled = join(api.folder, 'allowed', `with-${name}`);
      await cp(model, spoiled, { recursive: true });
      await writeFile(join(api.folder, 'secret'), 'root:hunter2');
      await rm(join(spoiled, name));
      await symlink(join(api.folder, 'secret'), join(spoiled, name));
      const reply = await api.post('/api/models', { source: { kind: 'path', uri: spoiled } });
      assertError(reply, { status: 403, code: 'FORBIDDEN', path: 'source.uri' });
      assert.ok(!JSON.stringify(reply.body).includes('root'), JSON.stringify(reply.body));
    }
  });
});
