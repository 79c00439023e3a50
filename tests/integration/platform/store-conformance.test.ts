/** What an artifact store promises, held against the folder and against a real S3 store. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { ArtifactStore } from '@eyegazer/core';
import { openStore } from '@eyegazer/platform';
import { useRadosgw, type TestBucket } from '../../fixtures/radosgw.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { until } from '../../until.js';
import { collect, createBytes, inPieces, listNames, placeIn, readAll, sha256Of } from './store-world.js';

const putStream = fileURLToPath(new URL('fixtures/put-stream.mjs', import.meta.url));
const bytes = createBytes(700_000);
const sha256 = sha256Of(bytes);
const missing = 'f'.repeat(64);

/** One kind of store, and what is seen of it from outside. */
interface Kind {
  /** What makes one from JSON, also in another process. */
  options: () => Record<string, unknown>;
  open: () => Promise<ArtifactStore>;
  /** Overwrites an artifact behind the store's back. */
  overwrite: (sha256: string, content: Uint8Array) => Promise<void>;
  /** Names of whatever is there besides whole artifacts: half uploads, files on their way. */
  leftovers: () => Promise<string[]>;
}

function folderKind(home: () => string): Kind {
  const folder = (): string => join(home(), 'store');
  const options = () => ({ settings: { kind: 'folder' }, ...placeIn(home()) });
  return {
    options,
    open: () => openStore({ kind: 'folder' }, { ...options(), log: silentLog }),
    overwrite: (sha256, content) => writeFile(join(folder(), sha256.slice(0, 2), sha256.slice(2, 4), sha256), content),
    leftovers: () => readdir(join(folder(), 'uploads')),
  };
}

function s3Kind(home: () => string, bucket: TestBucket): Kind {
  const options = () => ({ settings: bucket.settings, ...placeIn(home()), pageSize: 3 });
  return {
    options,
    open: () => openStore(bucket.settings, { ...options(), log: silentLog }),
    async overwrite(sha256, content) {
      const Key = `${bucket.settings.prefix}artifacts/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
      await bucket.client.send(new PutObjectCommand({ Bucket: bucket.settings.bucket, Key, Body: content }));
    },
    async leftovers() {
      const { Uploads = [] } = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.settings.bucket }));
      return [...Uploads.map(({ Key = '' }) => Key), ...(await readdir(join(home(), 'cache', 'spool')))];
    },
  };
}

for (const name of ['in a folder', 'on S3'] as const) {
  describe(`artifact store ${name}`, function () {
    this.timeout(60_000);
    let home = '';
    let store: ArtifactStore;
    const kind = name === 'on S3' ? s3Kind(() => home, useRadosgw()) : folderKind(() => home);

    beforeEach(async () => {
      home = await mkdtemp(join(tmpdir(), 'eyegazer-store-'));
      store = await kind.open();
    });
    afterEach(async () => {
      for (const artifact of await listNames(store)) await store.remove(artifact);
      await rm(home, { recursive: true, force: true });
    });

    it('names bytes by their sha256, whole or in pieces, and stores the same bytes once', async () => {
      const answers = await Promise.all([store.put(bytes), store.put(inPieces(bytes)), store.put(bytes)]);
      for (const answer of answers) assert.deepEqual(answer, { sha256, byteLength: bytes.length });
      assert.deepEqual(await listNames(store), [sha256]);
      assert.deepEqual(await store.stat(sha256), { byteLength: bytes.length });
      assert.deepEqual(await readAll(store.read(sha256)), Buffer.from(bytes));
      assert.deepEqual(await kind.leftovers(), []);
    });

    it('stores bytes of several parts, from memory and from a stream', async () => {
      for (const seed of [1, 2]) {
        const large = createBytes(20_000_000, seed);
        const stored = await store.put(seed === 1 ? large : inPieces(large, 777_777));
        assert.deepEqual(stored, { sha256: sha256Of(large), byteLength: large.length });
        assert.equal(Buffer.compare(await readAll(store.read(stored.sha256)), large), 0);
      }
      assert.deepEqual(await kind.leftovers(), []);
    });

    it('stores the empty artifact', async () => {
      const empty = await store.put(new Uint8Array(0));
      assert.deepEqual(empty, { sha256: sha256Of(new Uint8Array(0)), byteLength: 0 });
      assert.deepEqual(await store.put(inPieces(new Uint8Array(0))), empty);
      assert.deepEqual(await store.stat(empty.sha256), { byteLength: 0 });
      assert.equal((await readAll(store.read(empty.sha256))).byteLength, 0);
      assert.equal((await stat(await store.localPath(empty.sha256))).size, 0);
      await assert.rejects(readAll(store.read(empty.sha256, { start: 0, end: 0 })), { code: 'BAD_REQUEST' });
    });

    it('reads a range, both ends included, and refuses one outside', async () => {
      await store.put(bytes);
      const part = (start: number, end: number) => readAll(store.read(sha256, { start, end }));
      assert.deepEqual(await part(0, 0), Buffer.from(bytes.subarray(0, 1)));
      assert.deepEqual(await part(299_990, 699_999), Buffer.from(bytes.subarray(299_990)));
      for (const [start, end] of [[5, 700_000], [700_000, 700_001], [5, 4], [-1, 3]] as const) await assert.rejects(part(start, end), { code: 'BAD_REQUEST' }, `${start} to ${end}`);
    });

    it('says NOT_FOUND for what is not there, and lets no path through', async () => {
      await assert.rejects(readAll(store.read(missing)), { code: 'NOT_FOUND' });
      await assert.rejects(readAll(store.read(missing, { start: 0, end: 1 })), { code: 'NOT_FOUND' });
      await assert.rejects(store.localPath(missing), { code: 'NOT_FOUND' });
      for (const odd of ['../../etc/passwd', sha256.toUpperCase(), '']) {
        await assert.rejects(store.stat(odd), { code: 'NOT_FOUND' });
        await assert.rejects(store.localPath(odd), { code: 'NOT_FOUND' });
        await assert.rejects(store.remove(odd), { code: 'NOT_FOUND' });
      }
      assert.equal(await store.stat(missing), null);
      assert.equal(await store.refresh(missing), null);
      assert.equal(await store.remove(missing), false);
    });

    it('removes an artifact, and its local file', async () => {
      await store.put(bytes);
      await store.localPath(sha256);
      assert.equal(await store.remove(sha256), true);
      assert.equal(await store.stat(sha256), null);
      await assert.rejects(store.localPath(sha256), { code: 'NOT_FOUND' });
    });

    it('counts bytes that are put again, or refreshed, as new, and spares them from a removal of old ones', async () => {
      const modifiedAt = async (): Promise<number> => (await collect(store.list()))[0]?.modifiedAt.getTime() ?? 0;
      await store.put(bytes);
      for (const renew of [() => store.put(bytes), () => store.put(inPieces(bytes)), () => store.refresh(sha256)]) {
        const before = await modifiedAt();
        await until(async () => {
          await renew();
          return (await modifiedAt()) > before;
        });
      }
      assert.equal(await store.remove(sha256, { unlessSince: new Date(Date.now() - 60_000) }), false);
      assert.deepEqual(await readAll(store.read(sha256)), Buffer.from(bytes));
      assert.equal(await store.remove(sha256, { unlessSince: new Date(Date.now() + 60_000) }), true);
    });

    it('lists every artifact once, over several pages, and nothing else', async () => {
      const stored = await Promise.all(Array.from({ length: 7 }, (_, i) => store.put(createBytes(10 + i, i))));
      const foreign = 'ab'.repeat(32).slice(0, 63) + 'x';
      await kind.overwrite(foreign, bytes).catch(() => undefined); // a folder store has no place for it
      const listed = await collect(store.list());
      assert.deepEqual(listed.map(({ sha256, byteLength }) => ({ sha256, byteLength })).sort(bySha256), stored.sort(bySha256));
      for (const { modifiedAt } of listed) assert.ok(Math.abs(Date.now() - modifiedAt.getTime()) < 60_000);
      assert.equal((await collect(take(store.list(), 2))).length, 2);
    });

    it('gives one file to all who ask for it at once, and stores that share a folder theirs', async () => {
      await store.put(bytes);
      const paths = await Promise.all(Array.from({ length: 8 }, () => store.localPath(sha256)));
      assert.equal(new Set(paths).size, 1);
      const others = await Promise.all([kind.open(), kind.open()]);
      for (const path of [...paths.slice(0, 1), ...(await Promise.all(others.map((other) => other.localPath(sha256))))]) assert.deepEqual(await readFile(path), Buffer.from(bytes));
      assert.deepEqual(await kind.leftovers(), []);
    });

    it('notices bytes that are not what their name says', async () => {
      await store.put(bytes);
      const wrong = bytes.slice();
      wrong[350_000]! ^= 1;
      await kind.overwrite(sha256, wrong);
      await assert.rejects(readAll(store.read(sha256)), { code: 'CORRUPT_ARTIFACT', message: new RegExp(`${sha256}.*${sha256Of(wrong)}`) });
    });

    it('gives out no artifact that has rotted to its end: whoever counts its bytes sees that some are missing', async () => {
      for (const whole of [bytes, createBytes(10, 3)]) {
        const name = sha256Of(whole);
        await store.put(whole);
        await kind.overwrite(name, Uint8Array.from(whole, (byte, i) => (i === 0 ? byte ^ 1 : byte)));
        let given = 0;
        await assert.rejects(async () => {
          for await (const piece of store.read(name)) given += piece.byteLength;
        }, { code: 'CORRUPT_ARTIFACT' });
        assert.ok(given < whole.byteLength);
      }
    });

    it('takes bytes of another length for no copy: putting heals', async () => {
      await store.put(bytes);
      await kind.overwrite(sha256, bytes.subarray(1));
      await store.put(bytes);
      assert.deepEqual(await readAll(store.read(sha256)), Buffer.from(bytes));
    });

    it('leaves nothing of a source that fails', async () => {
      const large = createBytes(30_000_000);
      await assert.rejects(store.put(inPieces(large, 1_000_000, 25_000_000)), /the source was cut/);
      assert.deepEqual(await listNames(store), []);
      assert.deepEqual(await kind.leftovers(), []);
    });

    it('shows nothing of an upload whose process was killed, and the next one clears it away', async () => {
      const child = fork(putStream, [JSON.stringify({ store: kind.options(), megabytes: 20, waitHalfWay: true })], { execArgv: [] });
      await once(child, 'message');
      child.kill('SIGKILL');
      await once(child, 'exit');
      assert.equal((await listNames(store)).length, 1); // the one that it put before
      assert.equal((await kind.leftovers()).length, 1);
      await kind.open();
      assert.deepEqual(await kind.leftovers(), []);
    });

    it('puts a stream of 512 MB in a bounded part of memory', async () => {
      const megabytes = 512;
      const child = fork(putStream, [JSON.stringify({ store: kind.options(), megabytes })], { execArgv: [] });
      const [{ stored, grownBytes }] = (await once(child, 'message')) as [{ stored: { sha256: string; byteLength: number }; grownBytes: number }];
      const hash = createHash('sha256');
      for (let i = 0; i < megabytes; i++) {
        const piece = Buffer.alloc(1024 * 1024, 1);
        piece.writeUInt32LE(i);
        hash.update(piece);
      }
      assert.deepEqual(stored, { sha256: hash.digest('hex'), byteLength: megabytes * 1024 * 1024 });
      assert.ok(grownBytes < 256 * 1024 * 1024, `memory grew by ${Math.round(grownBytes / 1024 ** 2)} MB`);
    });

    it('answers a ping', () => store.ping());
  });
}

function bySha256(a: { sha256: string }, b: { sha256: string }): number {
  return a.sha256 < b.sha256 ? -1 : 1;
}

/** The first few; the rest is never asked for. */
async function* take<T>(items: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  let left = count;
  for await (const item of items) {
    if (left-- <= 0) return;
    yield item;
  }
}
