import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLayouts } from '@eyegazer/core';
import { exportVersion, openZipSource, readLayout, type FoundDataset } from '@eyegazer/data';
import { awkwardIds, awkwardNames, createLabelledVersion, packVersion } from './labelled-version.js';

describe('exportVersion', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eyegazer-export-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function readBack<T>(zip: Buffer, look: (found: FoundDataset, paths: string[]) => Promise<T>): Promise<T> {
    const file = join(folder, 'export.zip');
    writeFileSync(file, zip);
    const source = await openZipSource({ file, name: 'export.zip', workFolder: folder });
    const found = await readLayout(source, { columns: {}, workFolder: folder });
    try {
      return await look(found, source.files.map(({ path }) => path));
    } finally {
      await found.close?.();
      await source.close();
    }
  }

  for (const layout of exportLayouts) {
    it(`writes ${layout} that reads back to the same ids, labels, splits, bytes and names in their order`, async () => {
      const version = await createLabelledVersion();
      await readBack(await packVersion(version, layout), async (found, paths) => {
        assert.equal(found.layout, layout);
        assert.deepEqual(found.labels, awkwardNames);
        assert.deepEqual(found.problems, []);
        const expected = [...version.train, ...version.eval, ...version.predict].sort((a, b) => (a.id < b.id ? -1 : 1));
        assert.deepEqual(found.images.map(({ id, label, split }) => ({ id, label, split })), expected.map(({ id, label, split }) => ({ id, label, split })));
        for (const image of found.images) assert.deepEqual(Buffer.from(await image.read()), version.images.get(image.id), image.id);
        const splits = ['test', 'train', 'validation'];
        assert.deepEqual(layout === 'parquet' ? paths.slice(1) : paths.filter((path) => path.endsWith('.parquet')), layout === 'parquet' ? splits.map((split) => `data/${split}-00000-of-00001.parquet`) : splits.map((split) => `${split}/metadata.parquet`));
      });
    });

    it(`writes the same bytes of ${layout} each time`, async () => {
      const first = await packVersion(await createLabelledVersion(), layout);
      assert.ok(first.equals(await packVersion(await createLabelledVersion(), layout)));
    });

    it(`stops reading when nobody takes ${layout}, and when it is aborted`, async () => {
      const version = await createLabelledVersion();
      let read = 0;
      const readImage = (): Promise<Uint8Array> => {
        read++;
        return Promise.resolve(Buffer.concat([version.images.get('a')!, Buffer.alloc(300_000)]));
      };
      for await (const piece of exportVersion({ version: { ...version, readImage }, layout, name: 'eyes' })) {
        assert.ok(piece.byteLength > 0);
        break;
      }
      assert.ok(read < awkwardIds.length, `${read} images were read`);
      const controller = new AbortController();
      controller.abort();
      await assert.rejects(packVersion(version, layout, controller.signal), { code: 'CANCELLED' });
    });

    it(`passes on what goes wrong with an image of ${layout}, so that no zip gets its end`, async () => {
      const version = await createLabelledVersion();
      const failing = { ...version, readImage: () => Promise.reject(new Error('the disk is gone')) };
      await assert.rejects(packVersion(failing, layout), /the disk is gone/);
    });
  }

  it('leaves out splits without images', async () => {
    await readBack(await packVersion(await createLabelledVersion(['0', '1'], ['train']), 'parquet'), async (found, paths) => {
      assert.deepEqual(paths, ['README.md', 'data/train-00000-of-00001.parquet']);
      assert.deepEqual([found.labels, found.numeric], [['0', '1'], true]);
    });
  });
});
