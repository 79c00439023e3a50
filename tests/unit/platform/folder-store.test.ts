import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactStore } from '@eyegazer/core';
import { createFolderStore } from '@eyegazer/platform';

const bytes = new Uint8Array(700_000).map((_, i) => (i * 31) ^ (i >> 8));
const sha256 = createHash('sha256').update(bytes).digest('hex');

describe('folder store', () => {
  let folder = '';
  let store: ArtifactStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyegazer-store-'));
    store = await createFolderStore({ folder });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function* inPieces(failAt = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 100_000) {
      if (at >= failAt) throw new Error('the upload was cut');
      yield bytes.subarray(at, at + 100_000);
    }
  }

  async function read(range?: { start: number; end: number }): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of store.read(sha256, range)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  const filesIn = async () => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);

  it('names bytes by their sha256, whole or in pieces, and stores the same bytes once', async () => {
    const answers = await Promise.all([store.put(bytes), store.put(inPieces()), store.put(bytes)]);
    for (const answer of answers) assert.deepEqual(answer, { sha256, byteLength: bytes.length });
    assert.deepEqual(await filesIn(), [sha256]);
    assert.deepEqual(await store.stat(sha256), { byteLength: bytes.length });
    assert.deepEqual(await readFile(await store.localPath(sha256)), Buffer.from(bytes));
  });

  it('leaves nothing of an upload that was cut', async () => {
    await assert.rejects(store.put(inPieces(300_000)), /the upload was cut/);
    assert.deepEqual(await filesIn(), []);
    assert.equal(await store.stat(sha256), null);
  });

  it('reads all bytes or a range, both ends included, and refuses one outside', async () => {
    await store.put(bytes);
    assert.deepEqual(await read(), Buffer.from(bytes));
    assert.deepEqual(await read({ start: 0, end: 0 }), Buffer.from(bytes.subarray(0, 1)));
    assert.deepEqual(await read({ start: 299_990, end: 699_999 }), Buffer.from(bytes.subarray(299_990)));
    await assert.rejects(read({ start: 5, end: 700_000 }), { code: 'BAD_REQUEST' });
    await assert.rejects(read({ start: 5, end: 4 }), { code: 'BAD_REQUEST' });
  });

  it('stores the empty artifact', async () => {
    const { sha256: empty, byteLength } = await store.put(new Uint8Array(0));
    assert.equal(byteLength, 0);
    assert.deepEqual(await store.stat(empty), { byteLength: 0 });
  });

  it('says NOT_FOUND for what is not there, and lets no path through', async () => {
    await assert.rejects(read(), { code: 'NOT_FOUND' });
    await assert.rejects(store.localPath(sha256), { code: 'NOT_FOUND' });
    await assert.rejects(store.stat('../../etc/passwd'), { code: 'NOT_FOUND' });
    await store.remove(sha256);
  });

  it('removes an artifact', async () => {
    await store.put(bytes);
    await store.remove(sha256);
    assert.equal(await store.stat(sha256), null);
  });

  it('removes nothing that was put or refreshed since, and says what it removed', async () => {
    await store.put(bytes);
    const anHourAgo = new Date(Date.now() - 3_600_000);
    assert.equal(await store.remove(sha256, { unlessSince: anHourAgo }), false);
    const path = await store.localPath(sha256);
    await utimes(path, anHourAgo, anHourAgo);
    assert.equal(await store.remove(sha256, { unlessSince: anHourAgo }), false);
    assert.deepEqual(await read(), Buffer.from(bytes));
    assert.equal(await store.remove(sha256, { unlessSince: new Date(anHourAgo.getTime() + 1000) }), true);
    assert.equal(await store.remove(sha256), false);
  });

  it('takes bytes of another length for no copy: putting heals', async () => {
    await store.put(bytes);
    await writeFile(await store.localPath(sha256), bytes.subarray(1));
    await store.put(bytes);
    assert.deepEqual(await read(), Buffer.from(bytes));
  });

  it('takes rotten bytes of the right length for no copy either: putting heals, and refreshing does not find them', async () => {
    const rotten = Uint8Array.from(bytes);
    rotten[350_000]! ^= 1;
    for (const heal of [() => store.put(bytes), async () => (await store.refresh(sha256)) ?? store.put(bytes)]) {
      await store.put(bytes);
      await writeFile(await store.localPath(sha256), rotten);
      await heal();
      assert.deepEqual(await read(), Buffer.from(bytes));
    }
  });

  it('loses nothing that is put or refreshed while it is being removed for its age', async () => {
    const few = bytes.subarray(0, 100);
    const name = createHash('sha256').update(few).digest('hex');
    const old = new Date('2026-01-01T00:00:00Z');
    for (let round = 0; round < 40; round++) {
      const path = await store.put(few).then(() => store.localPath(name));
      await utimes(path, old, old);
      const renewing = round % 2 === 0 ? store.put(few) : store.refresh(name);
      const [renewed] = await Promise.all([renewing, store.remove(name, { unlessSince: new Date(old.getTime() + 1000) })]);
      if (renewed !== null) assert.ok(await store.stat(name), `round ${round}`);
    }
    assert.deepEqual((await filesIn()).filter((file) => file !== name), []);
  });

  it('clears away what a crash left half-written, not what another process is writing', async () => {
    const uploads = join(folder, 'uploads');
    const own = await nameOfUploadNow();
    const old = new Date(Date.now() - 25 * 3_600_000);
    await writeFile(join(uploads, '4194300-1-dead'), 'x');
    await writeFile(join(uploads, own.replace(/-[^-]*-/, '-1-')), 'an earlier process of the same id');
    await writeFile(join(uploads, `${own}-old`), 'x');
    await utimes(join(uploads, `${own}-old`), old, old);
    await writeFile(join(uploads, `${own}-young`), 'x');
    await createFolderStore({ folder });
    assert.deepEqual(await readdir(uploads), [`${own}-young`]);
  });

  /** What this process calls an upload, seen while one is under way. */
  async function nameOfUploadNow(): Promise<string> {
    let name = '';
    await store.put(
      (async function* () {
        yield bytes;
        name = (await readdir(join(folder, 'uploads')))[0] ?? '';
      })(),
    );
    await store.remove(sha256);
    return name;
  }

  it('counts bytes that are put again, or refreshed, as new', async () => {
    await store.put(bytes);
    const path = await store.localPath(sha256);
    const old = new Date('2026-01-01T00:00:00Z');
    for (const renew of [() => store.put(bytes), () => store.refresh(sha256)]) {
      await utimes(path, old, old);
      assert.deepEqual(await all(store.list()), [{ sha256, byteLength: bytes.length, modifiedAt: old }]);
      await renew();
      const [listed] = await all(store.list());
      assert.ok(listed && Date.now() - listed.modifiedAt.getTime() < 60_000);
    }
    await store.remove(sha256);
    assert.equal(await store.refresh(sha256), null);
  });

  it('lists artifacts only, signs no URL, and says when its folder is gone', async () => {
    await store.put(bytes);
    const empty = await store.put(new Uint8Array(0));
    await mkdir(join(folder, 'lost+found'));
    await writeFile(join(folder, 'note.txt'), 'x');
    await writeFile(`${await store.localPath(sha256)}.bak`, 'x');
    const listed = await all(store.list());
    assert.deepEqual(listed.map((artifact) => artifact.sha256).sort(), [sha256, empty.sha256].sort());
    assert.equal(await store.signedUrl(sha256, { fileName: 'a', contentType: 'text/plain', expiresInMs: 1000 }), null);
    await store.ping();
    await rm(folder, { recursive: true });
    await assert.rejects(store.ping(), { code: 'UNAVAILABLE', message: /cannot be written to .*eyegazer-store-/ });
  });
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
