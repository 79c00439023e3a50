import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { materializeModel } from '@eyegazer/worker';
import { createTemporaryStore, type TemporaryStore } from '../data/temporary-store.js';

describe('materializeModel', () => {
  let store: TemporaryStore;
  let folder: string;
  beforeEach(async () => {
    store = createTemporaryStore();
    folder = await mkdtemp(join(tmpdir(), 'eyegazer-models-'));
  });
  afterEach(async () => {
    store.dispose();
    await rm(folder, { recursive: true });
  });

  const put = async (name: string, text: string) => ({ name, ...(await store.put(new TextEncoder().encode(text))) });

  it('lays out the files by name without copying them, and answers the same folder again', async () => {
    const files = [await put('config.json', '{}'), await put('model.safetensors', 'weights')];
    const home = await materializeModel({ files, store, folder });
    assert.equal(await readFile(join(home, 'model.safetensors'), 'utf8'), 'weights');
    assert.equal((await stat(join(home, 'model.safetensors'))).ino, (await stat(await store.localPath(files[1]?.sha256 ?? ''))).ino);
    assert.equal(await materializeModel({ files, store, folder }), home);
    assert.deepEqual(await readdir(folder), [basename(home)]);
  });

  it('gives the same folder to many who ask at once, and never takes it away from the first', async () => {
    const files = [await put('config.json', '{}'), await put('model.safetensors', 'weights')];
    const inodes = await Promise.all(
      Array.from({ length: 16 }, async () => {
        const home = await materializeModel({ files, store, folder });
        return (await stat(home)).ino;
      }),
    );
    assert.equal(new Set(inodes).size, 1);
    assert.equal((await readdir(folder)).length, 1);
  });

  it('makes another folder of other weights, and mends one that is damaged', async () => {
    const files = [await put('model.safetensors', 'weights')];
    const home = await materializeModel({ files, store, folder });
    assert.notEqual(await materializeModel({ files: [await put('model.safetensors', 'others')], store, folder }), home);
    await rm(join(home, 'model.safetensors'));
    await writeFile(join(home, 'model.safetensors'), 'cut');
    assert.equal(await materializeModel({ files, store, folder }), home);
    assert.equal(await readFile(join(home, 'model.safetensors'), 'utf8'), 'weights');
  });

  it('refuses a name that leads out of the folder, and leaves nothing behind when a file is lost', async () => {
    await assert.rejects(materializeModel({ files: [{ ...(await put('a', 'a')), name: '../a' }], store, folder }), (error) => error instanceof AppError && error.code === 'BAD_MODEL');
    await assert.rejects(
      materializeModel({ files: [{ name: 'a', sha256: 'f'.repeat(64), byteLength: 1 }], store, folder }),
      (error) => error instanceof AppError && error.code === 'NOT_FOUND',
    );
    assert.deepEqual(await readdir(folder), []);
  });
});
