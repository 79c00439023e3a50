import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLayouts, type ExportLayout, type ManifestSample, type SplitName } from '@eyegazer/core';
import { exportVersion, openZipSource, readLayout, type DatasetVersion, type FoundDataset } from '@eyegazer/data';
import sharp from 'sharp';

/** What YAML, CSV or an alphabetical order would get wrong. */
const classNames = ['severe', 'no', '1', 'mild: "a" #b, c', 'Ünïcode \u{1F441}\u0085\u2028', 'NA'];

async function encode(i: number): Promise<Buffer> {
  const image = sharp({ create: { width: 6 + i, height: 5, channels: 3, background: { r: (i * 40) % 256, g: (i * 90) % 256, b: 30 } } });
  return image.toFormat((['png', 'jpeg', 'webp', 'tiff'] as const)[i % 4]!).toBuffer();
}

interface FakeVersion extends DatasetVersion {
  readonly images: ReadonlyMap<string, Buffer>;
}

const ids = ['a', 'a.b', 'left.png', 'ein Auge', 'œil\u{1F441}', 'train__x', '10', '9', 'b', 'c', 'CON', 'x,y"z'];

async function createVersion(names: readonly string[] = classNames, splits: readonly SplitName[] = ['train', 'train', 'eval', 'predict']): Promise<FakeVersion> {
  const images = new Map<string, Buffer>();
  const samples: ManifestSample[] = [];
  for (const [i, id] of ids.entries()) {
    const bytes = await encode(i);
    images.set(id, bytes);
    const split = splits[i % splits.length]!;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    samples.push({ id, label: split === 'predict' ? null : i % names.length, split, shard: 0, byteOffset: 0, byteLength: bytes.byteLength, sha256, width: 6 + i, height: 5 });
  }
  const of = (wanted: SplitName): ManifestSample[] => samples.filter(({ split }) => split === wanted);
  return {
    contentId: '0'.repeat(64),
    header: { format: 'eyegazer-dataset/1', classNames: [...names], ordinal: false, split: { kind: 'given' }, shards: [], sampleCount: samples.length },
    train: of('train'),
    eval: of('eval'),
    predict: of('predict'),
    images,
    readImage: (sample) => Promise.resolve(images.get(sample.id)!),
    shardPath: () => Promise.reject(new Error('not asked for')),
  };
}

async function pack(version: DatasetVersion, layout: ExportLayout): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of exportVersion({ version, layout, name: 'eyes@2' })) pieces.push(piece);
  return Buffer.concat(pieces);
}

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
      const version = await createVersion();
      await readBack(await pack(version, layout), async (found, paths) => {
        assert.equal(found.layout, layout);
        assert.deepEqual(found.labels, classNames);
        assert.deepEqual(found.problems, []);
        const expected = [...version.train, ...version.eval, ...version.predict].sort((a, b) => (a.id < b.id ? -1 : 1));
        assert.deepEqual(found.images.map(({ id, label, split }) => ({ id, label, split })), expected.map(({ id, label, split }) => ({ id, label, split })));
        for (const image of found.images) assert.deepEqual(Buffer.from(await image.read()), version.images.get(image.id), image.id);
        const splits = ['test', 'train', 'validation'];
        assert.deepEqual(layout === 'parquet' ? paths.slice(1) : paths.filter((path) => path.endsWith('.parquet')), layout === 'parquet' ? splits.map((split) => `data/${split}-00000-of-00001.parquet`) : splits.map((split) => `${split}/metadata.parquet`));
      });
    });

    it(`writes the same bytes of ${layout} each time`, async () => {
      const first = await pack(await createVersion(), layout);
      assert.ok(first.equals(await pack(await createVersion(), layout)));
    });

    it(`stops reading when nobody takes ${layout}, and when it is aborted`, async () => {
      const version = await createVersion();
      let read = 0;
      const readImage = (): Promise<Uint8Array> => {
        read++;
        return Promise.resolve(Buffer.concat([version.images.get('a')!, Buffer.alloc(300_000)]));
      };
      for await (const piece of exportVersion({ version: { ...version, readImage }, layout, name: 'eyes' })) {
        assert.ok(piece.byteLength > 0);
        break;
      }
      assert.ok(read < ids.length, `${read} images were read`);
      const controller = new AbortController();
      controller.abort();
      await assert.rejects(async () => {
        for await (const _ of exportVersion({ version, layout, name: 'eyes', signal: controller.signal }));
      }, { code: 'CANCELLED' });
    });

    it(`passes on what goes wrong with an image of ${layout}, so that no zip gets its end`, async () => {
      const version = await createVersion();
      const failing = { ...version, readImage: () => Promise.reject(new Error('the disk is gone')) };
      await assert.rejects(pack(failing, layout), /the disk is gone/);
    });
  }

  it('leaves out splits without images', async () => {
    await readBack(await pack(await createVersion(['0', '1'], ['train']), 'parquet'), async (found, paths) => {
      assert.deepEqual(paths, ['README.md', 'data/train-00000-of-00001.parquet']);
      assert.deepEqual([found.labels, found.numeric], [['0', '1'], true]);
    });
  });
});
