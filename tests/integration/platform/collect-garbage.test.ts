import assert from 'node:assert/strict';
import { rm, utimes, writeFile } from 'node:fs/promises';
import type { ArtifactStore } from '@eyegazer/core';
import { createMaintenance, type MaintenanceReport } from '@eyegazer/platform';
import { until } from '../../until.js';
import { datasetRequest, finishedImport } from '../../fixtures/dataset-rows.js';
import { usePlatform } from '../../fixtures/platform.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { dayMs, newBytes, useMaintenance } from './maintenance-world.js';

describe('maintenance of the artifact store', function () {
  this.timeout(60_000);
  const test = useMaintenance();

  it('keeps results, base models, manifests and the shards that they name, and removes the rest', async () => {
    const id = await test.cancelled();
    const result = await test.put();
    await test.addArtifact(id, result);
    const file = await test.put();
    await test.platform.models.create({
      name: 'kept-model', source: 'folder', request: null, modelType: 'vit', parameterCount: 1, byteLength: 1, imageSize: 8, patchSize: 8, hiddenSize: 8, numHiddenLayers: 1, numAttentionHeads: 1,
      files: [{ name: 'config.json', sha256: file, byteLength: 1 }],
    });
    const shards = [newBytes(), newBytes()];
    const shardHashes = [await test.put(shards[0]), await test.put(shards[1])];
    const manifest = await test.putManifest(shards);
    await test.importDataset('kept-dataset', manifest);
    const garbage = [await test.put(), await test.put(), await test.putManifest([])];

    const report = await test.clean({ afterDays: 2 });
    for (const sha256 of [result, file, manifest, ...shardHashes]) assert.ok(await test.isThere(sha256), sha256);
    for (const sha256 of garbage) assert.equal(await test.isThere(sha256), false);
    assert.equal(report?.artifacts?.removed, garbage.length);
    assert.ok((report?.artifacts?.removedBytes ?? 0) > 20);
    assert.ok((report?.artifacts?.kept ?? 0) >= 5);
  });

  it('removes the shards of a dataset once it is deleted', async () => {
    const shard = newBytes();
    const shardHash = await test.put(shard);
    const manifest = await test.putManifest([shard]);
    const id = await test.importDataset('short-lived', manifest);
    await test.clean({ afterDays: 2 });
    assert.ok(await test.isThere(shardHash));
    await test.platform.datasets.delete(id);
    await test.clean({ afterDays: 2 });
    assert.deepEqual([await test.isThere(shardHash), await test.isThere(manifest)], [false, false]);
  });

  it("keeps the newest import's index, its shards and its audit, whatever the versions have, until there is another import", async () => {
    const left = newBytes();
    const leftHash = await test.put(left);
    const index = { format: 'eyegazer-images/1', layout: 'aptos', labels: ['0', '1'], numeric: true, shards: [{ sha256: leftHash, byteLength: left.byteLength }], sampleCount: 0 };
    const [imagesId, auditId] = [await test.put(Buffer.from(`${JSON.stringify(index)}\n`)), await test.put()];
    const manifest = await test.putManifest([]);
    const { id } = await test.platform.datasets.create(datasetRequest('imported'));
    await test.platform.datasets.finish(id, finishedImport(manifest, { imagesId, auditId }));
    await test.clean({ afterDays: 2 });
    for (const sha256 of [leftHash, imagesId, auditId, manifest]) assert.ok(await test.isThere(sha256), sha256);
    await test.platform.datasets.create(datasetRequest('imported'));
    await test.platform.datasets.finish(id, finishedImport(manifest));
    await test.clean({ afterDays: 2 });
    for (const sha256 of [leftHash, imagesId, auditId]) assert.equal(await test.isThere(sha256), false);
    assert.ok(await test.isThere(manifest));
  });

  it('spares what is younger than a day, because its row may be on the way', async () => {
    const [young, old] = [await test.put(), await test.put()];
    const before = new Date(Date.now() - dayMs - 1000);
    await utimes(await test.store.localPath(old), before, before);
    const report = await test.clean();
    assert.deepEqual([await test.isThere(young), await test.isThere(old), report?.artifacts?.removed], [true, false, 1]);
  });

  /** The store, with something that happens after the marks were set and before the first removal. */
  function meanwhile(happen: () => Promise<unknown>): ArtifactStore {
    return {
      ...test.store,
      async *list() {
        const listed = [];
        for await (const artifact of test.store.list()) listed.push(artifact);
        await happen();
        yield* listed;
      },
    };
  }

  it('spares what is put again, or refreshed, while it looks', async () => {
    const bytes = newBytes();
    const [again, refreshed, garbage] = [await test.put(bytes), await test.put(), await test.put()];
    const before = new Date(Date.now() - 3 * dayMs);
    for (const sha256 of [again, refreshed, garbage]) await utimes(await test.store.localPath(sha256), before, before);
    await test.clean({
      through: meanwhile(async () => {
        await test.put(bytes);
        await test.store.refresh(refreshed);
      }),
    });
    assert.deepEqual([await test.isThere(again), await test.isThere(refreshed), await test.isThere(garbage)], [true, true, false]);
  });

  it('spares what gets its row while it looks: a result, and a dataset with its shards', async () => {
    const id = await test.cancelled();
    const result = await test.put();
    const shard = newBytes();
    const shardHash = await test.put(shard);
    const manifest = await test.putManifest([shard]);
    const garbage = await test.put();
    await test.clean({
      afterDays: 2,
      through: meanwhile(async () => {
        await test.addArtifact(id, result);
        await test.importDataset('in-between', manifest);
      }),
    });
    for (const sha256 of [result, manifest, shardHash]) assert.ok(await test.isThere(sha256), sha256);
    assert.equal(await test.isThere(garbage), false);
  });

  it('removes nothing at all while a manifest is damaged or gone, and says so loudly', async () => {
    const shard = newBytes();
    const shardHash = await test.put(shard);
    const manifest = await test.putManifest([shard]);
    const id = await test.importDataset('damaged', manifest);
    const garbage = await test.put();
    const path = await test.store.localPath(manifest);
    for (const spoil of [() => writeFile(path, '{"format":"eyegazer-dataset/1"}\n'), () => rm(path)]) {
      await spoil();
      const report = await test.clean({ afterDays: 2 });
      assert.equal(report?.artifacts, null);
      assert.deepEqual([await test.isThere(shardHash), await test.isThere(garbage)], [true, true]);
      assert.match(test.errors.join('\n'), /Nothing is removed.*cannot be read/);
      test.errors.length = 0;
    }
    await test.platform.datasets.delete(id);
    await test.clean({ afterDays: 2 });
    assert.deepEqual([await test.isThere(shardHash), await test.isThere(garbage)], [false, false]);
  });

  describe('that two databases use', () => {
    const other = usePlatform();
    /** A round of the other one, which refers to nothing. */
    const cleanOther = (afterDays: number): Promise<MaintenanceReport | null> =>
      createMaintenance({
        databaseUrl: other.url,
        platform: other.platform,
        store: test.store,
        retentionDays: 30,
        log: { ...silentLog, error: (_, message) => test.errors.push(message) },
        clock: { now: () => Date.now() + afterDays * dayMs },
      }).runOnce();

    it('removes nothing, until 30 days after the last sign of life of one of them', async () => {
      const id = await test.cancelled();
      const result = await test.put();
      await test.addArtifact(id, result);
      await test.clean();
      assert.equal((await cleanOther(29))?.artifacts, null);
      assert.ok(await test.isThere(result));
      assert.match(test.errors.join(), /another database uses it too/);
      // Nor may the first one, whose garbage might be the other's.
      const garbage = await test.put();
      assert.equal((await test.clean({ afterDays: 2 }))?.artifacts, null);
      assert.ok(await test.isThere(garbage));

      const report = await test.clean({ afterDays: 31 });
      assert.equal(await test.isThere(garbage), false);
      assert.ok((report?.artifacts?.removed ?? 0) >= 2);
      assert.ok(await test.isThere(result));
    });
  });

  it('finds references beyond the first page of rows', async () => {
    const id = await test.cancelled();
    const artifacts: string[] = [];
    for (let i = 0; i < 30; i++) artifacts.push(await test.put());
    await test.sql(`INSERT INTO artifact (experiment_id, attempt, name, sha256, byte_length) SELECT $1, n, n::text, encode(sha256(n::text::bytea), 'hex'), 1 FROM generate_series(2, 25000) AS n`, [id]);
    for (const sha256 of artifacts) await test.addArtifact(id, sha256);
    await test.clean({ afterDays: 2 });
    for (const sha256 of artifacts) assert.ok(await test.isThere(sha256), sha256);
  });

  it('is done by one process at a time', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let reached = false;
    const slow = test.clean({ through: meanwhile(() => ((reached = true), held)) });
    await until(() => reached);
    assert.equal(await test.clean(), null);
    release();
    assert.ok(await slow);
    assert.ok(await test.clean());
  });

  it('ends early when it is stopped', async () => {
    const garbage = [await test.put(), await test.put()];
    const stopping: Promise<void>[] = [];
    const maintenance = test.create({ afterDays: 2, through: meanwhile(async () => void stopping.push(maintenance.stop())) });
    maintenance.start();
    await until(() => stopping.length > 0);
    await Promise.all(stopping);
    for (const sha256 of garbage) assert.ok(await test.isThere(sha256));
  });

  it('leaves everything in place when the database goes in the middle', async () => {
    const garbage = await test.put();
    const cut = { ...test.store, async *list(): ReturnType<ArtifactStore['list']> {
      await test.sql(`SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
      yield { sha256: garbage, byteLength: 1, modifiedAt: new Date(0) };
    } };
    await assert.rejects(test.clean({ through: cut, afterDays: 2 }));
    assert.ok(await test.isThere(garbage));
  });
});
