import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import type { ArtifactStore, Logger } from '@eyegazer/core';
import { createMaintenance } from '@eyegazer/platform';
import { seed, submit, usePlatform } from '../../fixtures/platform.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { until } from '../../until.js';
import { collect, fillHome, unpack, useStore, type Home } from './backup-world.js';

describe('a backup', function () {
  this.timeout(60_000);
  const test = usePlatform();
  const home = useStore();
  let filled: Home;

  before(async () => {
    filled = await fillHome(test, home.store);
  });

  it('carries every column of every table that is not left behind on purpose', async () => {
    const { manifest, stream } = await test.platform.createBackup(home.store);
    stream.destroy();
    const columns = await test.sql<{ table: string; column: string }>(`SELECT table_name AS table, column_name AS column FROM information_schema.columns WHERE table_schema = 'public'`);
    const carried = manifest.tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column}`));
    const leftBehind = ['_prisma_migrations', 'device', 'lease', 'outbox', 'session'];
    assert.deepEqual(carried.sort(), columns.filter(({ table }) => !leftBehind.includes(table)).map(({ table, column }) => `${table}.${column}`).sort());
  });

  it('is of one moment, whatever is written while it is made', async () => {
    const { manifest, stream } = await test.platform.createBackup(home.store);
    const id = await submit(test.platform, await seed(test.platform), { name: 'too late' });
    const entries = await unpack(await collect(stream));
    assert.equal(manifest.tables.find(({ name }) => name === 'experiment')?.rows, 1);
    for (const table of ['experiment', 'event', 'event_counter', 'dataset']) assert.ok(!entries.find(({ name }) => name === `tables/${table}/000001`)?.content.includes(id), table);
    await test.platform.experiments.cancel(id);
    await test.sql('DELETE FROM experiment WHERE id = $1', [id]);
    await test.sql(`DELETE FROM dataset WHERE name <> (SELECT min(name) FROM dataset)`);
    await test.sql(`DELETE FROM base_model WHERE name <> (SELECT min(name) FROM base_model)`);
  });

  it('names what the store has lost, in its manifest and in the log, and what has rotted in its checksums', async () => {
    const errors: { message: string; fields: Record<string, unknown> }[] = [];
    const log: Logger = { ...silentLog, error: (fields, message) => errors.push({ fields, message }) };
    const platform = await test.another({ log });
    const [lostPath, rottenPath] = [await home.store.localPath(filled.result), await home.store.localPath(filled.shard)];
    const content = Buffer.from('the bytes of images');
    await rm(lostPath);
    await writeFile(rottenPath, Buffer.from('the bytes of imaget'));
    const { manifest, stream } = await platform.createBackup(home.store);
    const tar = await collect(stream);
    await writeFile(rottenPath, content);
    await home.store.put(Buffer.from('an adapter'));

    assert.deepEqual(manifest.missing, [filled.result]);
    const checksums = JSON.parse((await unpack(tar)).at(-1)?.content.toString() ?? '') as { damaged: string[] };
    assert.deepEqual(checksums.damaged, [filled.shard]);
    assert.deepEqual(errors.map(({ message }) => message.slice(0, 27)), ['This backup is not whole: a', 'This backup is not whole: a']);
    assert.deepEqual(errors[0]?.fields['missing'], 1);
  });

  it('misses no artifact, however many there are', async () => {
    await test.sql(`INSERT INTO artifact (experiment_id, attempt, name, sha256, byte_length) SELECT $1, n, n::text, encode(sha256(n::text::bytea), 'hex'), 1 FROM generate_series(2, 25001) AS n`, [filled.experimentId]);
    const { manifest, stream } = await test.platform.createBackup(home.store);
    stream.destroy();
    assert.deepEqual([manifest.missing.length, manifest.artifacts.count], [25_000, 4]);
    await test.sql('DELETE FROM artifact WHERE attempt > 1');
  });

  it('goes on without a dataset that cannot be read, which it names', async () => {
    const path = await home.store.localPath(filled.manifest);
    await rm(path);
    const { manifest, stream } = await test.platform.createBackup(home.store);
    const entries = await unpack(await collect(stream));
    assert.deepEqual(manifest.missing, [filled.manifest]);
    assert.ok(!entries.some(({ name }) => name.endsWith(filled.shard)));
    await home.store.put(Buffer.from(`${JSON.stringify({ format: 'eyegazer-dataset/1', classNames: ['0', '1'], split: { kind: 'stratified', holdout: 0.1, seed: 42 }, shards: [{ sha256: filled.shard, byteLength: 19 }], sampleCount: 0 })}\n`));
    assert.ok(await home.store.stat(filled.manifest));
  });

  it('keeps clean-up away until it is read or given up', async () => {
    const maintenance = createMaintenance({ databaseUrl: test.url, platform: test.platform, store: home.store, retentionDays: 30, log: silentLog });
    const { stream } = await test.platform.createBackup(home.store);
    assert.equal(await maintenance.runOnce(), null);
    // Two at once are no trouble.
    const other = await test.platform.createBackup(home.store);
    await collect(other.stream);
    assert.equal(await maintenance.runOnce(), null);
    stream.destroy();
    await until(async () => (await maintenance.runOnce()) !== null);
  });

  it('fails, and does not just end, when the store does in the middle', async () => {
    const failing: ArtifactStore = {
      ...home.store,
      // oxlint-disable-next-line require-yield
      async *read(sha256) {
        if (sha256 === filled.manifest) yield* home.store.read(sha256);
        else throw new Error('the disk is gone');
      },
    };
    const { stream } = await test.platform.createBackup(failing);
    await assert.rejects(collect(stream), /the disk is gone/);
  });

  describe('with an artifact of 100 MB', () => {
    const empty = usePlatform();
    const elsewhere = useStore();
    const pieceBytes = 1024 * 1024;
    const limitBytes = 4 * pieceBytes;
    let large: string;

    async function* megabytes(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 100; i++) yield Buffer.alloc(pieceBytes, i);
    }

    before(async () => {
      large = (await home.store.put(megabytes())).sha256;
      await test.sql('INSERT INTO artifact (experiment_id, attempt, name, sha256, byte_length) VALUES ($1, 1, $2, $3, $4)', [filled.experimentId, 'large', large, 100 * pieceBytes]);
    });

    it('reads no more from the store than is taken', async () => {
      let readBytes = 0;
      const counting: ArtifactStore = {
        ...home.store,
        async *read(sha256, range) {
          for await (const bytes of home.store.read(sha256, range)) {
            readBytes += bytes.byteLength;
            yield bytes;
          }
        },
      };
      const { stream } = await test.platform.createBackup(counting);
      let takenBytes = 0;
      let aheadBytes = 0;
      for await (const bytes of stream as AsyncIterable<Buffer>) {
        takenBytes += bytes.byteLength;
        // A reader that is slower than the store.
        await new Promise((resolve) => setImmediate(resolve));
        aheadBytes = Math.max(aheadBytes, readBytes - takenBytes);
      }
      assert.ok(takenBytes > 100 * pieceBytes);
      assert.ok(aheadBytes < limitBytes, `${aheadBytes} bytes were read ahead`);
    });

    it('takes in no more than the store has put away', async () => {
      const { stream } = await test.platform.createBackup(home.store);
      const tar = await collect(stream);
      let givenBytes = 0;
      let putBytes = 0;
      let aheadBytes = 0;
      async function* input(): AsyncGenerator<Buffer> {
        for (let at = 0; at < tar.byteLength; at += 65_536) {
          const bytes = tar.subarray(at, at + 65_536);
          givenBytes += bytes.byteLength;
          yield bytes;
        }
      }
      async function* count(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
        for await (const bytes of content) {
          await new Promise((resolve) => setImmediate(resolve));
          putBytes += bytes.byteLength;
          aheadBytes = Math.max(aheadBytes, givenBytes - putBytes);
          yield bytes;
        }
      }
      const counting: ArtifactStore = { ...elsewhere.store, put: (content) => elsewhere.store.put(content instanceof Uint8Array ? content : count(content)) };
      const { byteLength } = await empty.platform.restoreBackup(input(), counting);
      assert.ok(byteLength > 100 * pieceBytes && putBytes > byteLength);
      assert.ok(aheadBytes < limitBytes, `${aheadBytes} bytes were taken in ahead`);
      assert.deepEqual(await elsewhere.store.stat(large), { byteLength: 100 * pieceBytes });
    });
  });
});
