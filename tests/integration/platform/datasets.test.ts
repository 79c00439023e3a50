import assert from 'node:assert/strict';
import { curationSchema, datasetWireSchema } from '@eyegazer/core';
import { createPlatform } from '@eyegazer/platform';
import { datasetRequest as request, finishedImport, sampleReport } from '../../fixtures/dataset-rows.js';
import { fakeSha256, seed, submit, usePlatform } from '../../fixtures/platform.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { until } from '../../until.js';

describe('datasets', function () {
  this.timeout(30_000);
  const test = usePlatform();
  /** Database sessions that hold a claim on an import. */
  const claimHolders = async (): Promise<number[]> =>
    (await test.sql<{ pid: number }>(`SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND mode = 'ShareLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)).map(({ pid }) => pid);
  const finished = (n: number) => finishedImport(fakeSha256(n));

  it('goes from importing to ready, and answers in the shape of the wire', async () => {
    const { datasets } = test.platform;
    const created = await datasets.create(request('aptos'));
    assert.deepEqual(datasetWireSchema.parse(created), created);
    assert.deepEqual([created.state, created.progress, created.latest], ['importing', null, null]);
    await datasets.updateProgress(created.id, { phase: 'reading', done: 5, total: 10 });
    assert.deepEqual((await datasets.get('aptos')).progress, { phase: 'reading', done: 5, total: 10 });
    await assert.rejects(datasets.resolveVersion('aptos'), { code: 'BAD_DATASET', message: /still being imported/ });
    await assert.rejects(datasets.create(request('aptos')), { code: 'CONFLICT' });
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
    assert.deepEqual((await datasets.listVersions('versions', { limit: 50 })).items.map(({ version, contentId }) => [version, contentId]), [[2, fakeSha256(11)], [1, fakeSha256(10)]]);
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

  it('takes over imports that nobody works on any more, once their process is gone, and no others', async () => {
    const { datasets } = test.platform;
    const gone = await createPlatform({ databaseUrl: test.url, log: silentLog });
    const [interrupted, own] = [await gone.datasets.create(request('interrupted')), await datasets.create(request('own'))];
    const ended = await gone.datasets.create(request('ended'));
    await gone.datasets.fail(ended.id, { code: 'BAD_DATASET', message: 'no images' });
    // Another process starts while this one and that one are at work.
    const another = await test.another();
    assert.deepEqual(await another.datasets.takeInterrupted({ silentForMs: 0 }), []);
    await gone.close();
    assert.deepEqual(await another.datasets.takeInterrupted({ silentForMs: 60_000 }), []);
    const third = await test.another();
    const taken = await Promise.all([another, third].map(({ datasets: rows }) => rows.takeInterrupted({ silentForMs: 0 })));
    assert.deepEqual(taken.flat(), [{ id: interrupted.id, name: 'interrupted', request: request('interrupted') }]);
    assert.equal((await datasets.get(interrupted.id)).state, 'importing');
    // It is that process's now.
    assert.deepEqual(await datasets.takeInterrupted({ silentForMs: 0 }), []);
    assert.deepEqual((await datasets.findImporting([interrupted.id, own.id, ended.id])).sort(), [interrupted.id, own.id].sort());
    assert.equal((await datasets.get(ended.id)).error?.message, 'no images');
    // Ended and begun again by another one, it is that one's.
    await datasets.fail(own.id, { code: 'BAD_DATASET', message: 'x' });
    await another.datasets.create(request('own'));
    assert.deepEqual(await datasets.takeInterrupted({ silentForMs: 0 }), []);
    for (const id of [interrupted.id, own.id]) await another.datasets.cancelImport(id);
    assert.deepEqual(await claimHolders(), []);
  });

  it('cancels an import, and nothing else', async () => {
    const { datasets } = test.platform;
    const { id } = await datasets.create(request('unwanted'));
    const cancelled = await datasets.cancelImport('unwanted');
    assert.deepEqual([cancelled.id, cancelled.state, cancelled.error?.code], [id, 'failed', 'CANCELLED']);
    await assert.rejects(datasets.cancelImport('unwanted'), { code: 'ILLEGAL_TRANSITION' });
    await assert.rejects(datasets.updateProgress(id, { phase: 'reading', done: 1, total: 2 }), { code: 'ILLEGAL_TRANSITION' });
    await assert.rejects(datasets.cancelImport('nobody'), { code: 'NOT_FOUND' });
  });

  it('begins no import while a cancelled one has not ended in another process, which would write its end into the new one', async () => {
    const { datasets } = test.platform;
    const another = await test.another();
    for (const end of [(id: string) => datasets.finish(id, finished(80)), (id: string) => datasets.fail(id, { code: 'CANCELLED', message: 'The import was stopped.' })]) {
      const { id } = await datasets.create(request('handed-over'));
      await another.datasets.cancelImport(id);
      await assert.rejects(another.datasets.create(request('handed-over')), { code: 'CONFLICT', message: /still ending in another process/ });
      assert.equal((await another.datasets.get(id)).state, 'failed');
      // It learns of it at its end at the latest.
      await assert.rejects(end(id), { code: 'ILLEGAL_TRANSITION' });
      await another.datasets.create(request('handed-over'));
      await another.datasets.cancelImport(id);
    }
    assert.deepEqual(await claimHolders(), []);
  });

  it('adds versions made from the images of the newest import, and knows the same content again', async () => {
    const { datasets } = test.platform;
    const { id } = await datasets.create(request('curated'));
    await assert.rejects(datasets.getImages('curated'), { code: 'BAD_DATASET', message: /still being imported/ });
    const [first, again] = [{ imagesId: fakeSha256(31), auditId: fakeSha256(32) }, { imagesId: fakeSha256(33), auditId: fakeSha256(34) }];
    const made = finishedImport(fakeSha256(30), first);
    const probe = { qwk: 0.4, accuracy: 0.6, majority: 0.5, folds: 5, parts: [] };
    await datasets.finish(id, { ...made, images: { ...made.images, audit: { ...made.images.audit, probe } } });
    assert.deepEqual(await datasets.getImages('curated'), { datasetId: id, name: 'curated', ...first, request: request('curated') });
    const curation = curationSchema.parse({ duplicates: 'keepOne', classes: [{ name: 'well', labels: ['0'] }, { name: 'ill', labels: ['1'] }] });
    const version = { ...finishedImport(fakeSha256(35)).version, classNames: ['well', 'ill'], ordinal: false, curation, leftOut: 3, findings: { leakedImages: 5, conflictingGroups: 2 } };
    const added = await datasets.addVersion('curated', { imagesId: first.imagesId, version });
    assert.deepEqual([added.isNew, added.version.version, added.version.leftOut, added.version.ordinal], [true, 2, 3, false]);
    assert.deepEqual([added.version.curation, (await datasets.get(id)).latest], [curation, added.version]);
    const resolved = await datasets.resolveVersion('curated');
    assert.deepEqual([resolved.ordinal, resolved.findings, resolved.probe], [false, version.findings, probe]);
    assert.deepEqual(added.version.findings, version.findings);
    assert.deepEqual(await datasets.addVersion('curated', { imagesId: first.imagesId, version }), { isNew: false, version: added.version });
    assert.deepEqual([await datasets.findContent(id, fakeSha256(30)), await datasets.findContent(id, fakeSha256(99))], [1, null]);
    // Imported again meanwhile, from other bytes.
    await datasets.create(request('curated'));
    await datasets.finish(id, finishedImport(fakeSha256(36), again));
    await assert.rejects(datasets.addVersion('curated', { imagesId: first.imagesId, version: { ...version, contentId: fakeSha256(37) } }), { code: 'CONFLICT', message: /imported again meanwhile/ });
    const { items, nextCursor } = await datasets.listVersions('curated', { limit: 2 });
    assert.deepEqual(items.map(({ version: number }) => number), [3, 2]);
    assert.deepEqual((await datasets.listVersions('curated', { limit: 2, cursor: nextCursor ?? '' })).items.map(({ version: number }) => number), [1]);
    await assert.rejects(datasets.listVersions('curated', { limit: 2, cursor: 'x' }), { code: 'BAD_REQUEST', path: 'cursor' });
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
    assert.deepEqual(await (await test.another()).datasets.takeInterrupted({ silentForMs: 0 }), []);
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
