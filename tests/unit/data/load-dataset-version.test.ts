import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFundusDataset, loadDatasetVersion } from '@eyegazer/data';
import sharp from 'sharp';
import { importFolder } from '../../fixtures/import-folder.js';
import { createAptosFolder, plainPng } from './aptos-folder.js';
import { createTemporaryStore, type TemporaryStore } from './temporary-store.js';

describe('loadDatasetVersion', () => {
  let store: TemporaryStore;
  let contentId: string;
  beforeEach(async () => {
    store = createTemporaryStore();
    ({ version: { contentId } } = await createFundusDataset({ store, classCounts: [4, 4, 0, 0, 0], width: 16 }));
  });
  afterEach(() => store.dispose());

  /** Stores a manifest with changed text and gives its id. */
  const putChanged = async (change: (text: string) => string): Promise<string> =>
    (await store.put(Buffer.from(change(readFileSync(join(store.folder, contentId), 'utf8'))))).sha256;

  it('answers NOT_FOUND for an id that the store does not have', async () => {
    await assert.rejects(loadDatasetVersion({ contentId: createHash('sha256').digest('hex'), store }), { code: 'NOT_FOUND' });
  });

  it('refuses a manifest that is not the one of its id, is cut off, or points outside its shards', async () => {
    const cutOff = await putChanged((text) => text.split('\n').slice(0, -2).join('\n'));
    await assert.rejects(loadDatasetVersion({ contentId: cutOff, store }), { code: 'CORRUPT_ARTIFACT', message: /expected 8 samples, got 7/ });
    const outside = await putChanged((text) => text.replace(/"byteOffset":0,/, '"byteOffset":999999,'));
    await assert.rejects(loadDatasetVersion({ contentId: outside, store }), { code: 'CORRUPT_ARTIFACT', message: /lies outside its shard/ });
    const nonsense = await putChanged((text) => text.replace('"label":', '"lable":'));
    await assert.rejects(loadDatasetVersion({ contentId: nonsense, store }), { code: 'CORRUPT_ARTIFACT', message: /manifest is damaged: sample 0: label: expected/ });
    writeFileSync(join(store.folder, contentId), readFileSync(join(store.folder, outside)));
    await assert.rejects(loadDatasetVersion({ contentId, store }), { code: 'CORRUPT_ARTIFACT' });
  });

  it('notices image bytes that changed in the store, or that are gone', async () => {
    const version = await loadDatasetVersion({ contentId, store });
    const shard = version.header.shards[0]!.sha256;
    const bytes = readFileSync(join(store.folder, shard));
    const [intact, hit] = [version.train[0]!, version.train[1]!];
    bytes[hit.byteOffset + 60]! ^= 1;
    writeFileSync(join(store.folder, shard), bytes);
    assert.equal((await version.readImage(intact)).byteLength, intact.byteLength);
    await assert.rejects(version.readImage(hit), { code: 'CORRUPT_ARTIFACT', message: new RegExp(hit.id) });
    writeFileSync(join(store.folder, shard), bytes.subarray(0, hit.byteOffset + 10));
    await assert.rejects(version.readImage(hit), { code: 'CORRUPT_ARTIFACT', message: /Expected \d+ bytes at offset/ });
  });

  it('finds images in every one of several shards of at most 64 MB', async () => {
    const aptos = await createAptosFolder({ a: '0', b: '0', c: '1', d: '1', e: '1' });
    try {
      for (const [i, id] of ['a', 'b', 'c', 'd', 'e'].entries()) {
        const large = sharp(await plainPng(i)).resize(2400, 2400, { kernel: 'nearest', fit: 'fill' });
        aptos.write(`train_images/${id}.png`, await large.tiff({ compression: 'none' }).toBuffer());
      }
      const built = await importFolder(aptos.folder, { split: { kind: 'stratified', holdout: 0.3, seed: 1 }, store });
      const version = await loadDatasetVersion({ contentId: built.version.contentId, store });
      assert.equal(version.header.shards.length, 2);
      assert.ok(version.header.shards.every(({ byteLength }) => byteLength <= 64 * 1024 * 1024));
      for (const sample of [...version.train, ...version.eval]) {
        assert.deepEqual(Buffer.from(await version.readImage(sample)), readFileSync(aptos.path(`train_images/${sample.id}.png`)));
      }
    } finally {
      aptos.dispose();
    }
  });
});
