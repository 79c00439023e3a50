import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { datasetAuditSchema, duplicateGroupSchema } from '@eyegazer/core';
import { analyseImage, auditImages, findDuplicateGroups } from '@eyegazer/data';
import type { RgbImage } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';
import { idOf, indexedImage } from './indexed-image.js';

interface ProbeCase {
  name: string;
  labelCount: number;
  looks: number[][];
  labels: number[];
  groups: number[];
  qwk: number;
  accuracy: number;
  majority: number;
  parts: Record<'colour' | 'border' | 'size', number>;
}

const { cases } = JSON.parse(readFileSync(fixturePath('shortcut-probe.json'), 'utf8')) as { cases: ProbeCase[] };

const shared = { pixels: 'a'.repeat(64), hash: 'a'.repeat(64) };
/** Two bits away from the hash of `shared`. */
const near = { hash: `b${'a'.repeat(62)}b` };

describe('findDuplicateGroups', () => {
  it('names exact groups, then near ones, and says which have different labels', () => {
    const images = [
      indexedImage({ id: 'a', label: 0, ...shared }),
      indexedImage({ id: 'b', label: 1 }),
      indexedImage({ id: 'c', label: 0, ...near }),
      indexedImage({ id: 'd', label: 0, ...shared }),
      indexedImage({ id: 'e', label: 2, pixels: 'e'.repeat(64), hash: 'e'.repeat(64) }),
      indexedImage({ id: 'f', label: 1, pixels: 'e'.repeat(64), hash: 'e'.repeat(64) }),
    ];
    assert.deepEqual(findDuplicateGroups(images), [
      { kind: 'exact', conflicting: false, ids: ['a', 'd'] },
      { kind: 'exact', conflicting: true, ids: ['e', 'f'] },
      { kind: 'near', conflicting: false, ids: ['a', 'c', 'd'] },
    ]);
  });

  it('does not take an image without label for a conflict', () => {
    const images = [indexedImage({ id: 'a', label: 3, ...shared }), indexedImage({ id: 'b', label: null, ...shared }), indexedImage({ id: 'c', label: 4, ...near })];
    assert.deepEqual(findDuplicateGroups(images), [
      { kind: 'exact', conflicting: false, ids: ['a', 'b'] },
      { kind: 'near', conflicting: true, ids: ['a', 'b', 'c'] },
    ]);
  });

  it('finds nothing alike in images without any detail', () => {
    const images = ['a', 'b', 'c'].map((id) => indexedImage({ id, label: 0, hash: '0'.repeat(64) }));
    assert.deepEqual(findDuplicateGroups(images), []);
  });
});

describe('auditImages', () => {
  it('asks no probe where nearly all images belong together: a fold would be empty', () => {
    const images = Array.from({ length: 60 }, (_, i) => indexedImage({ id: idOf('a', i), label: i % 2, group: i < 58 ? 'one patient' : null }));
    assert.equal(auditImages({ header: { labels: ['0', '1'] }, images }).audit.probe, null);
  });

  it('counts labels, sizes and duplicates', () => {
    const images = [
      indexedImage({ id: 'a', label: 0, ...shared, width: 100, height: 50 }),
      indexedImage({ id: 'b', label: 0, ...shared, width: 100, height: 50 }),
      indexedImage({ id: 'c', label: 0, width: 400, height: 300 }),
      indexedImage({ id: 'd', label: 1, ...near, width: 100, height: 50 }),
      indexedImage({ id: 'e', label: null, width: 60, height: 300 }),
    ];
    const { audit, groups } = auditImages({ header: { labels: ['no', 'yes'] }, images });
    assert.deepEqual(datasetAuditSchema.parse(audit), audit);
    for (const group of groups) assert.deepEqual(duplicateGroupSchema.parse(group), group);
    assert.deepEqual([audit.sampleCount, audit.labelledCount, audit.labels, audit.labelCounts, audit.imbalance], [5, 4, ['no', 'yes'], [3, 1], 3]);
    assert.deepEqual(audit.sizes, [
      { width: 100, height: 50, count: 3 },
      { width: 60, height: 300, count: 1 },
      { width: 400, height: 300, count: 1 },
    ]);
    assert.equal(audit.sizeCount, 3);
    assert.deepEqual(audit.exact, { groups: 1, images: 2, conflicting: 0 });
    assert.deepEqual(audit.near, { groups: 1, images: 3, conflicting: 1, distance: 24 });
    assert.deepEqual(audit.tiny, { count: 4, ids: ['a', 'b', 'd', 'e'] });
    assert.equal(audit.probe, null, 'four images say nothing of shortcuts');
  });

  it('puts every image in one bin of a histogram with round edges', () => {
    const edges = [37, 224, 512, 512, 999, 1050, 2136];
    const images = edges.map((edge, i) => indexedImage({ id: `i${i}`, width: edge * (i + 1), height: edge }));
    const { shorterEdge, aspectRatio } = auditImages({ header: { labels: [] }, images }).audit;
    assert.equal(shorterEdge.edges.length, shorterEdge.counts.length + 1);
    assert.deepEqual([shorterEdge.edges[0], shorterEdge.edges[1], shorterEdge.edges.at(-1)], [0, 200, 2200]);
    assert.deepEqual(shorterEdge.counts, [1, 1, 2, 0, 1, 1, 0, 0, 0, 0, 1]);
    assert.deepEqual([aspectRatio.edges[0], aspectRatio.edges.at(-1), aspectRatio.counts.reduce((sum, count) => sum + count)], [1, 7.5, 7]);
  });

  it('has nothing to say of no images, and no imbalance where a label has none', () => {
    const { audit, groups } = auditImages({ header: { labels: [] }, images: [] });
    assert.deepEqual([audit.imbalance, audit.sizes, audit.shorterEdge, audit.probe, groups], [null, [], { edges: [], counts: [] }, null, []]);
    assert.equal(auditImages({ header: { labels: ['0', '1'] }, images: [indexedImage({ id: 'a', label: 1 })] }).audit.imbalance, null);
  });

  it('lists images of one colour, of few pixels and nearly black ones, the first hundred by id', () => {
    const paint = (width: number, height: number, value: (i: number) => number): RgbImage => ({ data: Uint8Array.from({ length: width * height * 3 }, (_, i) => value(i)), width, height });
    const pictures: Record<string, RgbImage> = {
      black: paint(90, 90, () => 3),
      green: paint(90, 90, (i) => (i % 3 === 1 ? 180 : 60)),
      night: paint(90, 90, (i) => (i * 7) % 40),
      picture: paint(90, 90, (i) => (i * 7) % 250),
      stamp: paint(90, 40, (i) => (i * 7) % 250),
      star: paint(90, 90, (i) => (i > 12_000 && i < 12_600 ? 100 + ((i * 7) % 150) : 2)),
    };
    const images = Object.entries(pictures).map(([id, image]) => indexedImage({ id, width: image.width, height: image.height, ...analyseImage(image) }));
    const { blank, tiny, dark } = auditImages({ header: { labels: [] }, images }).audit;
    assert.deepEqual([blank.ids, tiny.ids, dark.ids], [['black', 'green'], ['stamp'], ['black', 'night', 'star']]);

    const many = Array.from({ length: 130 }, (_, i) => indexedImage({ id: idOf('t', i), width: 8, height: 8 }));
    const listed = auditImages({ header: { labels: [] }, images: many }).audit.tiny;
    assert.deepEqual([listed.count, listed.ids.length, listed.ids[99]], [130, 100, 't0099']);
  });
});

describe('the shortcut probe', () => {
  for (const expected of cases) {
    it(`agrees with scikit-learn on ${expected.name}`, () => {
      // Images of one group stay together, and five groups make five folds: those of the reference.
      const images = expected.labels.map((label, i) => indexedImage({ id: idOf('p', i), label, look: expected.looks[i]!, group: `fold ${expected.groups[i]}` }));
      const { probe } = auditImages({ header: { labels: Array.from({ length: expected.labelCount }, (_, i) => String(i)) }, images }).audit;
      assert.ok(probe);
      const found = { qwk: probe.qwk, accuracy: probe.accuracy, majority: probe.majority, ...Object.fromEntries(probe.parts.map(({ name, qwk }) => [name, qwk])) };
      for (const [name, value] of Object.entries({ qwk: expected.qwk, accuracy: expected.accuracy, majority: expected.majority, ...expected.parts })) {
        assert.ok(Math.abs((found as Record<string, number>)[name]! - value) < 1e-9, `${name}: expected ${value}, got ${(found as Record<string, number>)[name]}`);
      }
      assert.equal(probe.folds, 5);
    });
  }

  it('does not learn from copies of the image that it is asked about', () => {
    // Looks are noise, but every image is there four times: whoever sees a copy knows the label.
    const images = Array.from({ length: 240 }, (_, i) => {
      const copyOf = Math.floor(i / 4);
      const own = indexedImage({ id: idOf('o', copyOf) });
      return indexedImage({ id: idOf('c', i), label: copyOf % 2, pixels: own.pixels, hash: own.hash, look: own.look.map((_, j) => ((copyOf * 7919 + j * 104_729) % 1009) / 10) });
    });
    const { probe } = auditImages({ header: { labels: ['0', '1'] }, images }).audit;
    assert.ok(probe && probe.qwk < 0.3, `kappa ${probe?.qwk}`);
  });

  it('looks at all classes of very many images, also where their ids go through the classes in turn', () => {
    const images = Array.from({ length: 40_000 }, (_, i) => indexedImage({ id: `i${String(i).padStart(5, '0')}`, label: i % 2 }));
    const { probe } = auditImages({ header: { labels: ['0', '1'] }, images }).audit;
    assert.ok(probe && probe.majority < 0.52, `the largest class has ${probe?.majority}`);
  });

  it('says nothing of 49 images, nor where only one label has enough of them', () => {
    const images = (counts: number[]) => counts.flatMap((count, label) => Array.from({ length: count }, (_, i) => indexedImage({ id: idOf(`l${label}`, i), label })));
    const probe = (counts: number[]) => auditImages({ header: { labels: counts.map(String) }, images: images(counts) }).audit.probe;
    assert.equal(probe([29, 20]), null);
    assert.equal(probe([60, 4]), null);
    assert.deepEqual(probe([30, 20]), { qwk: 0, accuracy: 0.6, majority: 0.6, folds: 5, parts: ['colour', 'border', 'size'].map((name) => ({ name, qwk: 0 })) });
  });
});
