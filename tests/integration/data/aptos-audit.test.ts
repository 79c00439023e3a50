import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { curationSchema, type DuplicateGroup, type IndexedImage } from '@eyegazer/core';
import { analyseImage, auditImages, curateImages, decodeImage, nearDistance } from '@eyegazer/data';
import { fixturePath } from '../../fixture-path.js';
import { needsShared, sharedPath } from '../../shared-path.js';
import { indexedImage } from '../../unit/data/indexed-image.js';

const header = { labels: ['0', '1', '2', '3', '4'], numeric: true };

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

async function readImage(id: string, bytes: Uint8Array, label: number | null): Promise<IndexedImage> {
  const image = await decodeImage(bytes);
  return indexedImage({ id, label, width: image.width, height: image.height, ...analyseImage(image) });
}

describe('the audit of the real APTOS sample', function () {
  this.timeout(120_000);
  const files = new Map<string, string>();
  let images: IndexedImage[];
  before(async function () {
    needsShared(this, 'data/aptos-sample');
    const rows = readFileSync(sharedPath('data/aptos-sample/train.csv'), 'utf8').trim().split(/\r?\n/).slice(1);
    const labels = new Map(rows.map((row) => [row.split(',')[0]!, Number(row.split(',')[1])]));
    for (const folder of ['train_images', 'test_images']) {
      for (const name of readdirSync(sharedPath(`data/aptos-sample/${folder}`))) files.set(name.replace(/\.png$/, ''), sharedPath(`data/aptos-sample/${folder}/${name}`));
    }
    images = [];
    for (const [id, path] of files) images.push(await readImage(id, readFileSync(path), labels.get(id) ?? null));
    images.sort(byId);
  });

  it('has the pixels that Pillow decodes, and the exact duplicates among them: none', () => {
    const expected = JSON.parse(readFileSync(fixturePath('aptos-duplicates.json'), 'utf8')) as { images: number; pixels: string; groups: string[][] };
    assert.equal(images.length, expected.images);
    assert.equal(createHash('sha256').update(images.map(({ pixels }) => `${pixels}\n`).join('')).digest('hex'), expected.pixels);
    const { audit, groups } = auditImages({ header, images });
    assert.deepEqual(groups.map(({ ids }) => ids), expected.groups);
    assert.deepEqual([audit.exact.groups, audit.near.groups], [0, 0]);
    assert.deepEqual([audit.labelCounts, audit.labelledCount, audit.sampleCount], [[461, 86, 237, 46, 70], 900, 961]);
    assert.deepEqual([audit.blank.count, audit.tiny.count, audit.dark.count], [0, 0, 0]);
  });

  it(`has no two eyes within twice the distance of near-duplicates, ${nearDistance} bits`, () => {
    const hashes = images.map(({ hash }) => BigInt(`0x${hash}`));
    let least = 256;
    for (const [i, hash] of hashes.entries()) {
      for (const other of hashes.slice(0, i)) {
        let bits = 0;
        for (let rest = hash ^ other; rest !== 0n && bits < least; rest &= rest - 1n) bits++;
        least = Math.min(least, bits);
      }
    }
    assert.ok(least >= 2 * nearDistance, `two eyes differ in ${least} bits`);
  });

  it('shows how much of the grade a camera tells: far more than chance, by colour and by border alone', () => {
    const { probe } = auditImages({ header, images }).audit;
    assert.ok(probe && probe.qwk > 0.6 && probe.qwk < 0.8 && probe.accuracy > probe.majority + 0.1, JSON.stringify(probe));
    assert.ok(Math.abs(probe.majority - 461 / 900) < 1e-12);
    const parts = Object.fromEntries(probe.parts.map(({ name, qwk }) => [name, qwk]));
    assert.ok(parts['colour']! > 0.4 && parts['border']! > 0.4 && parts['size'] === 0, JSON.stringify(parts));
  });

  it('finds planted copies, and nothing else, whichever way they were made; none is divided by a split', async () => {
    const originals = images.flatMap(({ id, label }) => (label === null ? [] : [{ id, label }])).filter((_, i) => i % 30 === 0);
    const ways: [kind: DuplicateGroup['kind'], copy: (image: Sharp) => Sharp][] = [
      ['exact', (image) => image.png({ compressionLevel: 1 })],
      ['exact', (image) => image.tiff({ compression: 'lzw' })],
      ['near', (image) => image.jpeg({ quality: 75 })],
      ['near', (image) => image.resize(700).jpeg({ quality: 85 })],
      ['near', (image) => image.resize(150, 150).png()],
      ['near', (image) => image.linear(1.1, 0).png()],
    ];
    const planted: DuplicateGroup[] = [];
    const all = [...images];
    for (const [i, { id, label }] of originals.entries()) {
      const [kind, copy] = ways[i % ways.length]!;
      const conflicting = i % 4 === 0;
      all.push(await readImage(`${id}-copy`, await copy(sharp(files.get(id))).toBuffer(), conflicting ? (label + 1) % 5 : label));
      planted.push({ kind, conflicting, ids: [id, `${id}-copy`] });
    }
    all.sort(byId);
    const { audit, groups } = auditImages({ header, images: all });
    assert.deepEqual(groups, [...planted.filter(({ kind }) => kind === 'exact'), ...planted.filter(({ kind }) => kind === 'near')]);
    assert.deepEqual(audit.exact, { groups: 10, images: 20, conflicting: 3 });
    assert.deepEqual(audit.near, { groups: 20, images: 40, conflicting: 5, distance: nearDistance });

    const { samples, leftOut } = curateImages({ header, images: all, groups }, curationSchema.parse({ duplicates: 'keepOne', conflicts: 'dropGroup', split: { kind: 'stratified', holdout: 0.5 } }));
    assert.deepEqual(leftOut, { duplicates: 7, conflicts: 6, labels: 0 });
    const sideOf = new Map(samples.map(({ id, split }) => [id, split]));
    for (const { ids, kind } of planted) if (kind === 'near') assert.equal(sideOf.get(ids[0]!), sideOf.get(ids[1]!));
    assert.deepEqual(new Set(planted.map(({ ids }) => sideOf.get(ids[0]!))), new Set(['train', 'eval', undefined]));
  });
});
