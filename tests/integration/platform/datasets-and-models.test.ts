import assert from 'node:assert/strict';
import { datasetWireSchema, modelWireSchema, type CreateDataset } from '@eyegazer/core';
import { createPlatform } from '@eyegazer/platform';
import { fakeSha256, sampleReport, seed, submit, usePlatform } from '../../fixtures/platform.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { until } from '../../until.js';

const split = { kind: 'stratified', holdout: 0.1, seed: 42 } as const;

function request(name: string): CreateDataset {
  return { name, source: { kind: 'path', uri: '/data' }, split };
}

describe('datasets', function () {
  this.timeout(30_000);
  const test = usePlatform();
  /** Database sessions that hold a claim on an import. */
  const claimHolders = async (): Promise<number[]> =>
    (await test.sql<{ pid: number }>(`SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND mode = 'ShareLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)).map(({ pid }) => pid);
  const finished = (n: number) => ({ contentId: fakeSha256(n), classNames: ['0', '1'], split, report: sampleReport });

  it('goes from importing to ready, and answers in the shape of the wire', async () => {
    const { datasets } = test.platform;
    const created = await datasets.create(request('aptos'));
    assert.deepEqual(datasetWireSchema.parse(created), created);
    assert.deepEqual([created.state, created.progress, created.latest], ['importing', null, null]);
    await datasets.updateProgress(created.id, { phase: 'reading', done: 5, total: 10 });
    assert.deepEqual((await datasets.get('aptos')).progress, { phase: 'reading', done: 5, total: 10 });
    await assert.rejects(datasets.resolveVersion('aptos'), { code: 'BAD_DATASET', message: /still being imported/ });
    await assert.rejects(datasets.create(request('aptos')), { code: 'CONFLICT' });
    await assert.rejects(datasets.delete('aptos'), { code: 'CONFLICT' });
    const ready = await datasets.finish(created.id, finished(1));
    assert.deepEqual(datasetWireSchema.parse(ready), ready);
    assert.deepEqual([ready.state, ready.progress, ready.latest?.version, ready.latest?.counts], ['ready', null, 1, sampleReport.counts]);
    await assert.rejects(datasets.finish(created.id, finished(1)), { code: 'ILLEGAL_TRANSITION' });
  });

  it('counts versions up, and knows the same content again', async () => {
    const { datasets } = test.platform;
    const { id } = await datasets.create(request('versions'));
    await datasets.finish(id, finished(10));
    for (const n of [11, 10]) {
      await datasets.create(request('versions'));
      await datasets.finish(id, finished(n));
    }
    assert.deepEqual((await datasets.listVersions('versions')).map(({ version, contentId }) => [version, contentId]), [[2, fakeSha256(11)], [1, fakeSha256(10)]]);
    assert.equal((await datasets.resolveVersion('versions')).version, 2);
    assert.equal((await datasets.resolveVersion('versions@1')).contentId, fakeSha256(10));
    assert.equal((await datasets.resolveVersion(`${id}@2`)).name, 'versions');
    for (const reference of ['versions@3', 'versions@x', 'versions@-9999999999', 'versions@9999999999', 'nobody', 'nobody@1']) await assert.rejects(datasets.resolveVersion(reference), { code: 'NOT_FOUND' });
  });

  it('fails without a version, stays ready with one, and can be tried again', async () => {
    const { datasets } = test.platform;
    const { id } = await datasets.create(request('failing'));
    const failed = await datasets.fail(id, { code: 'BAD_DATASET', message: 'no labels' });
    assert.deepEqual([failed.state, failed.error?.message], ['failed', 'no labels']);
    assert.equal((await datasets.create(request('failing'))).error, null);
    await datasets.finish(id, finished(20));
    await datasets.create(request('failing'));
    const again = await datasets.fail(id, { code: 'BAD_DATASET', message: 'again' });
    assert.deepEqual([again.state, again.error?.message, again.latest?.version], ['ready', 'again', 1]);
  });

  it('fails imports that nobody works on any more, once their process is gone, and no others', async () => {
    const { datasets } = test.platform;
    const gone = await createPlatform({ databaseUrl: test.url, log: silentLog });
    const [interrupted, own] = [await gone.datasets.create(request('interrupted')), await datasets.create(request('own'))];
    const ended = await gone.datasets.create(request('ended'));
    await gone.datasets.fail(ended.id, { code: 'BAD_DATASET', message: 'no images' });
    // Another process starts while this one and that one are at work.
    const another = await test.another();
    assert.equal(await another.datasets.failInterrupted({ silentForMs: 0 }), 0);
    await gone.close();
    assert.equal(await another.datasets.failInterrupted({ silentForMs: 60_000 }), 0);
    assert.equal(await another.datasets.failInterrupted({ silentForMs: 0 }), 1);
    assert.equal((await datasets.get(interrupted.id)).state, 'failed');
    assert.match((await datasets.get(interrupted.id)).error?.message ?? '', /interrupted/);
    assert.equal((await datasets.get(own.id)).state, 'importing');
    assert.equal((await datasets.get(ended.id)).error?.message, 'no images');
    // Ended and begun again by another one, it is that one's.
    await datasets.fail(own.id, { code: 'BAD_DATASET', message: 'x' });
    await another.datasets.create(request('own'));
    assert.equal(await datasets.failInterrupted({ silentForMs: 0 }), 0);
    await another.datasets.fail(own.id, { code: 'BAD_DATASET', message: 'y' });
  });

  it('claims no import that could not be written: it would seem to run for ever', async () => {
    await test.sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'as a test wants it'; END $$`);
    await test.sql('CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON dataset DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()');
    await assert.rejects(test.platform.datasets.create(request('unwritten')), /as a test wants it/);
    await test.sql('DROP FUNCTION refuse CASCADE');
    assert.deepEqual(await claimHolders(), []);
  });

  it('keeps its claim on an import when the database drops its connections', async () => {
    const { datasets } = test.platform;
    const { id } = await datasets.create(request('claimed'));
    const [holder] = await claimHolders();
    assert.ok(holder);
    await test.sql('SELECT pg_terminate_backend($1)', [holder]);
    await until(async () => (await claimHolders()).some((pid) => pid !== holder));
    assert.equal(await (await test.another()).datasets.failInterrupted({ silentForMs: 0 }), 0);
    await datasets.fail(id, { code: 'BAD_DATASET', message: 'x' });
    assert.deepEqual(await claimHolders(), []);
  });

  it('deletes what no experiment uses, and nothing else', async () => {
    const { platform } = test;
    const from = await seed(platform);
    await submit(platform, from);
    await assert.rejects(platform.datasets.delete(from.datasetName), { code: 'CONFLICT', message: /used by an experiment/ });
    await assert.rejects(platform.models.delete(from.modelId), { code: 'CONFLICT', message: /used by an experiment/ });
    const unused = await seed(platform);
    await platform.datasets.delete(unused.datasetName);
    await platform.models.delete(unused.modelId);
    await assert.rejects(platform.datasets.get(unused.datasetName), { code: 'NOT_FOUND' });
    await assert.rejects(platform.models.get(unused.modelId), { code: 'NOT_FOUND' });
  });

  it('lists in pages, newest first', async () => {
    const { datasets } = test.platform;
    const whole = await datasets.list({ limit: 200 });
    assert.equal(whole.nextCursor, null);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await datasets.list({ limit: 2, cursor });
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    assert.deepEqual(names, whole.items.map(({ name }) => name));
    assert.ok(names.length >= 5);
  });
});

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

describe('a platform without its database', function () {
  this.timeout(30_000);
  const test = usePlatform();

  it('says UNAVAILABLE when it is opened', async () => {
    const nowhere = new URL(test.url);
    nowhere.port = '1';
    await assert.rejects(createPlatform({ databaseUrl: nowhere.href, log: silentLog }), { code: 'UNAVAILABLE' });
  });

  it('says UNAVAILABLE when its connections are cut, and works again afterwards', async () => {
    const platform = await test.another();
    const cut = () => test.sql('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');
    const asking = platform.experiments.list({ limit: 1 });
    await cut();
    // Whichever came first.
    await asking.catch((error: { code?: string }) => assert.equal(error.code, 'UNAVAILABLE'));
    for (let i = 0; i < 20; i++) await platform.ping().catch((error: { code?: string }) => assert.equal(error.code, 'UNAVAILABLE'));
    await platform.ping();
    assert.deepEqual((await platform.experiments.list({ limit: 1 })).items, []);
  });
});
