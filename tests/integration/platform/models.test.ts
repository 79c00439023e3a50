import assert from 'node:assert/strict';
import { modelWireSchema } from '@eyegazer/core';
import { createPlatform } from '@eyegazer/platform';
import { fakeSha256, usePlatform } from '../../fixtures/platform.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { until } from '../../until.js';

describe('base models', function () {
  this.timeout(30_000);
  const test = usePlatform();

  it('keeps a model with its files, answers the same one again, and refuses other files under its name', async () => {
    const { models } = test.platform;
    const input = {
      name: 'google/vit',
      source: '/models/vit',
      request: null,
      modelType: 'vit',
      parameterCount: 304_000_000,
      byteLength: 3_000_000_000,
      imageSize: 224,
      patchSize: 16,
      hiddenSize: 1024,
      numHiddenLayers: 24,
      numAttentionHeads: 16,
      files: [{ name: 'config.json', sha256: fakeSha256(1), byteLength: 10 }, { name: 'model.safetensors', sha256: fakeSha256(2), byteLength: 3_000_000_000 }],
    };
    const stored = await models.create(input);
    const { files, ...wire } = stored;
    assert.deepEqual(modelWireSchema.parse(wire), wire);
    assert.deepEqual(files, input.files);
    assert.deepEqual(await models.create({ ...input, files: [...input.files].reverse() }), stored);
    await assert.rejects(models.create({ ...input, files: [] }), { code: 'CONFLICT', path: 'name' });
    assert.deepEqual(await models.get('google/vit'), stored);
    assert.deepEqual((await models.list({ limit: 10 })).items, [wire]);
    await assert.rejects(models.get('nobody'), { code: 'NOT_FOUND' });
  });
});

describe('imports of base models', function () {
  this.timeout(30_000);
  const test = usePlatform();
  const hub = (revision = 'main') => ({ kind: 'hub', id: 'google/vit', revision }) as const;
  const facts = { modelType: 'dinov2', parameterCount: 86_000_000, byteLength: 350_000_000, imageSize: 224, patchSize: 14, hiddenSize: 768, numHiddenLayers: 12, numAttentionHeads: 12 };
  const finished = (n: number) => ({ ...facts, source: `hub:google/vit@${'0'.repeat(39)}${n}`, files: [{ name: 'model.safetensors', sha256: fakeSha256(n), byteLength: 350_000_000 }] });
  const failure = { code: 'UNAVAILABLE', message: 'the hub is away.' } as const;
  const claims = async (): Promise<number> => (await test.sql(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND mode = 'ShareLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)).length;

  it('go from importing to ready, in the shape of the wire', async () => {
    const { models, modelImports } = test.platform;
    const { model, isStarted } = await modelImports.start({ name: 'vit', source: hub() });
    assert.equal(isStarted, true);
    assert.deepEqual(modelWireSchema.parse(model), model);
    assert.deepEqual(model, { id: model.id, name: 'vit', source: 'hub:google/vit@main', createdAt: model.createdAt, state: 'importing', progress: null });
    const progress = { phase: 'downloading', doneBytes: 25, totalBytes: 100 } as const;
    await modelImports.updateProgress(model.id, progress);
    assert.deepEqual(await models.describe('vit'), { ...model, progress });
    await assert.rejects(models.get('vit'), { code: 'BAD_MODEL', message: 'The base model vit is still being imported (25 %). Wait until it is ready.' });
    assert.equal(await models.findBySource(hub()), null);
    await modelImports.finish(model.id, finished(1));
    const stored = await models.get('vit');
    assert.deepEqual(stored, { id: model.id, name: 'vit', state: 'ready', createdAt: model.createdAt, ...finished(1) });
    assert.deepEqual((await models.list({ limit: 10 })).items, [modelWireSchema.parse(await models.describe('vit'))]);
    await assert.rejects(modelImports.finish(model.id, finished(2)), { code: 'ILLEGAL_TRANSITION' });
  });

  it('are found by where they came from: what was asked for, and the commit that it was', async () => {
    const { models } = test.platform;
    assert.equal((await models.findBySource(hub()))?.name, 'vit');
    assert.equal((await models.findBySource(hub(`${'0'.repeat(39)}1`)))?.name, 'vit');
    assert.equal(await models.findBySource(hub('v2')), null);
    assert.equal(await models.findBySource({ kind: 's3', uri: 's3://models/vit' }), null);
  });

  it('are begun once for one source, and not at all under a name that is another source\'s', async () => {
    const { modelImports } = test.platform;
    assert.deepEqual(await modelImports.start({ name: 'vit', source: hub() }).then(({ model, isStarted }) => [model.state, isStarted]), ['ready', false]);
    await assert.rejects(modelImports.start({ name: 'vit', source: hub('v2') }), { code: 'CONFLICT', path: 'name', message: /already, from hub:google\/vit@0+1; choose another name/ });
    const starts = await Promise.all(Array.from({ length: 4 }, () => modelImports.start({ name: 'once', source: hub() })));
    assert.equal(starts.filter(({ isStarted }) => isStarted).length, 1);
    await assert.rejects(modelImports.start({ name: 'once', source: hub('v2') }), { code: 'CONFLICT', message: /being imported already/ });
    await assert.rejects(test.platform.models.create({ name: 'once', request: null, ...finished(7) }), { code: 'CONFLICT', message: /being imported already/ });
  });

  it('that failed say why, and are begun again under their id', async () => {
    const { models, modelImports } = test.platform;
    const { model } = await modelImports.start({ name: 'flaky', source: hub() });
    await modelImports.fail(model.id, failure);
    const failed = await models.describe('flaky');
    assert.deepEqual(modelWireSchema.parse(failed), { ...failed, state: 'failed', error: failure });
    await assert.rejects(models.get('flaky'), { code: 'BAD_MODEL', message: /cannot be trained, because its import failed: the hub is away\. Import it again\.$/ });
    const again = await Promise.all([modelImports.start({ name: 'flaky', source: hub('v2') }), modelImports.start({ name: 'flaky', source: hub('v2') })]);
    assert.deepEqual(again.map(({ model: { id } }) => id), [model.id, model.id]);
    assert.equal(again.filter(({ isStarted }) => isStarted).length, 1);
    await modelImports.fail(model.id, failure);
    const folder = await models.create({ name: 'flaky', request: { kind: 'path', uri: '/m' }, ...finished(3), source: '/m' });
    assert.deepEqual([folder.id, folder.source], [model.id, '/m'], 'a folder takes the place of what never came');
  });

  it('are failed once their process is gone, and no others; what is deleted is no longer anybody\'s', async () => {
    const { models, modelImports } = test.platform;
    const gone = await createPlatform({ databaseUrl: test.url, log: silentLog });
    const { model: interrupted } = await gone.modelImports.start({ name: 'interrupted', source: hub() });
    const { model: own } = await modelImports.start({ name: 'own', source: hub() });
    assert.equal(await modelImports.failInterrupted({ silentForMs: 0 }), 0);
    await gone.close();
    assert.equal(await modelImports.failInterrupted({ silentForMs: 0 }), 1);
    assert.deepEqual([(await models.describe(interrupted.id)).state, (await models.describe(own.id)).state], ['failed', 'importing']);
    const ready = await models.get('vit');
    assert.deepEqual((await modelImports.findUnfinished([interrupted.id, own.id, ready.id, 'unknown'])).sort(), [interrupted.id, own.id].sort());
    const held = await claims();
    await models.delete(own.id);
    await assert.rejects(modelImports.updateProgress(own.id, { phase: 'listing', doneBytes: 0, totalBytes: null }), { code: 'NOT_FOUND' });
    await assert.rejects(modelImports.fail(own.id, failure), { code: 'NOT_FOUND' });
    assert.equal(await claims(), held - 1);
  });

  it('tell everybody who watches', async () => {
    const seen: (string | undefined)[] = [];
    const subscription = (await test.another()).subscribe({ onTopic: ({ topic, id }) => void (topic === 'models' && seen.push(id)) });
    await subscription.ready;
    const { model } = await test.platform.modelImports.start({ name: 'watched', source: hub() });
    await until(() => seen.includes(model.id));
    seen.length = 0;
    await test.platform.modelImports.fail(model.id, failure);
    await until(() => seen.includes(model.id));
    subscription.close();
  });
});
