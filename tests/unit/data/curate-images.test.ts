import assert from 'node:assert/strict';
import { curationSchema, manifestSampleSchema, type CurationInput, type IndexedImage } from '@eyegazer/core';
import { curateImages, findDuplicateGroups, type CuratedDataset } from '@eyegazer/data';
import { idOf, indexedImage } from './indexed-image.js';

const grades = { labels: ['0', '1', '2', '3', '4'], numeric: true };
const animals = { labels: ['cat', 'dog', 'newt'], numeric: false };

/** Images enough that every class has some on either side. */
const plenty = (labelCount: number): IndexedImage[] => Array.from({ length: labelCount * 10 }, (_, i) => indexedImage({ id: idOf('z', i), label: i % labelCount }));

/** Images with the same pixels. */
function same(name: string, labels: (number | null)[], given: Partial<IndexedImage> = {}): IndexedImage[] {
  const { pixels, hash } = indexedImage({ id: name });
  return labels.map((label, i) => indexedImage({ id: `${name}${i}`, label, pixels, hash, ...given }));
}

function curate(images: IndexedImage[], input: CurationInput = {}, { header = grades, heldIds }: { header?: { labels: string[]; numeric: boolean }; heldIds?: Set<string> } = {}): CuratedDataset {
  return curateImages({ header, images, groups: findDuplicateGroups(images) }, curationSchema.parse(input), heldIds ? { heldIds } : {});
}

const keptOf = ({ samples }: CuratedDataset, prefix: string): string[] => samples.filter(({ id }) => id.startsWith(prefix)).map(({ id }) => id);
const labelsOf = ({ samples }: CuratedDataset, ...ids: string[]): (number | null)[] => ids.map((id) => samples.find((sample) => sample.id === id)!.label);

describe('curateImages: classes', () => {
  it('makes a class of every label, in their order, ordinal where they are numbers', () => {
    const numbers = curate(plenty(5));
    assert.deepEqual([numbers.classNames, numbers.ordinal, numbers.samples.length, numbers.leftOut], [grades.labels, true, 50, { duplicates: 0, conflicts: 0, labels: 0 }]);
    assert.deepEqual(labelsOf(numbers, 'z0003', 'z0047'), [3, 2]);
    for (const sample of numbers.samples) assert.deepEqual(manifestSampleSchema.parse(sample), sample);
    const words = curate(plenty(3), {}, { header: animals });
    assert.deepEqual([words.classNames, words.ordinal], [['cat', 'dog', 'newt'], false]);
    assert.equal(curate(plenty(3), { ordinal: true }, { header: animals }).ordinal, true);
    assert.equal(curate(plenty(5), { ordinal: false }).ordinal, false);
  });

  it('merges and names labels, and leaves out the images of labels that no class has', () => {
    const { classNames, ordinal, samples, leftOut } = curate([...plenty(5), indexedImage({ id: 'p', label: null })], {
      classes: [
        { name: 'healthy', labels: ['0'] },
        { name: 'sick', labels: ['2', '3', '1'] },
      ],
    });
    assert.deepEqual([classNames, ordinal, leftOut], [['healthy', 'sick'], true, { duplicates: 0, conflicts: 0, labels: 10 }]);
    assert.deepEqual([0, 1, null].map((label) => samples.filter((sample) => sample.label === label).length), [10, 30, 1]);
  });

  it('takes merged grades for ordinal only where they stay in their order', () => {
    const ordinal = (...groups: string[][]): boolean => curate(plenty(5), { classes: groups.map((labels, i) => ({ name: `c${i}`, labels })) }).ordinal;
    assert.equal(ordinal(['0', '1'], ['2'], ['3', '4']), true);
    assert.equal(ordinal(['0'], ['4']), true);
    assert.equal(ordinal(['0', '4'], ['1', '2', '3']), false);
    assert.equal(ordinal(['3', '4'], ['0']), false);
  });

  const refusals: [string, CurationInput, string, RegExp][] = [
    ['a label that the dataset has not', { classes: [{ name: 'a', labels: ['0'] }, { name: 'b', labels: ['7', '1'] }] }, 'classes.1.labels.0', /expected a label of the dataset \(0, 1, 2, 3, 4\), got "7"/],
    ['a label in two classes', { classes: [{ name: 'a', labels: ['0', '1'] }, { name: 'b', labels: ['2', '1'] }] }, 'classes.1.labels.1', /"1" is in "a" already/],
    ['a label twice in one class', { classes: [{ name: 'a', labels: ['0', '0'] }, { name: 'b', labels: ['2'] }] }, 'classes.0.labels.1', /"0" is in "a" already/],
    ['two classes of one name', { classes: [{ name: 'a', labels: ['0'] }, { name: 'a', labels: ['1'] }] }, 'classes.1.name', /got "a" twice/],
    ['a class of a label without images', { classes: [{ name: 'a', labels: ['0'] }, { name: 'b', labels: ['4'] }] }, 'classes.1', /class "b", but the dataset has none/],
  ];
  for (const [what, input, path, message] of refusals) {
    it(`refuses ${what}`, () => {
      const images = plenty(5).filter(({ label }) => label !== 4);
      assert.throws(() => curate(images, input), { code: 'BAD_DATASET', path, message });
    });
  }

  it('keeps the number of a label without images, and refuses a dataset of one class', () => {
    const gap = curate(plenty(5).filter(({ label }) => label !== 2));
    assert.deepEqual([gap.classNames, labelsOf(gap, 'z0003')], [grades.labels, [3]]);
    assert.throws(() => curate(plenty(5).filter(({ label }) => label === 2)), { code: 'BAD_DATASET', path: 'classes', message: /at least two classes, got only "2"/ });
    assert.throws(() => curate([indexedImage({ id: 'p' })]), { code: 'BAD_DATASET', path: 'classes', message: /got none/ });
  });
});

describe('curateImages: duplicates and conflicts', () => {
  const twins = [...same('a', [1, 1, 1]), ...same('c', [2, 0, 2, 0, 3]), ...plenty(5)];

  it('keeps all of them unless told otherwise', () => {
    const { leftOut, samples, findings } = curate(twins);
    assert.deepEqual([leftOut, samples.length], [{ duplicates: 0, conflicts: 0, labels: 0 }, 58]);
    assert.equal(findings.conflictingGroups, 1);
    assert.equal(curate(twins, { conflicts: 'keepOne' }).findings.conflictingGroups, 0);
  });

  it('keeps the first of a group that agrees; of one that does not, the first of the class that most have, the lowest of equals', () => {
    const kept = curate(twins, { duplicates: 'keepOne', conflicts: 'keepOne' });
    assert.deepEqual([keptOf(kept, 'a'), keptOf(kept, 'c'), kept.leftOut], [['a0'], ['c1'], { duplicates: 2, conflicts: 4, labels: 0 }]);
    const most = curate([...same('c', [0, 4, 1, 4]), ...plenty(5)], { conflicts: 'keepOne' });
    assert.deepEqual([keptOf(most, 'c'), labelsOf(most, 'c1')], [['c1'], [4]]);
  });

  it('drops whole groups, each kind by its own policy', () => {
    const dropped = curate(twins, { duplicates: 'dropGroup', conflicts: 'keepAll' });
    assert.deepEqual([keptOf(dropped, 'a'), keptOf(dropped, 'c').length, dropped.leftOut], [[], 5, { duplicates: 3, conflicts: 0, labels: 0 }]);
    const other = curate(twins, { duplicates: 'keepAll', conflicts: 'dropGroup' });
    assert.deepEqual([keptOf(other, 'a').length, keptOf(other, 'c'), other.leftOut], [3, [], { duplicates: 0, conflicts: 5, labels: 0 }]);
  });

  it('judges conflicts after merging, among the images that are left', () => {
    const merged = [{ name: 'no', labels: ['0', '1'] }, { name: 'yes', labels: ['2', '3'] }];
    const images = [...same('c', [0, 1]), ...same('d', [2, 4, 3]), ...plenty(5)];
    const kept = curate(images, { classes: merged, duplicates: 'keepOne', conflicts: 'dropGroup' });
    assert.deepEqual([keptOf(kept, 'c'), keptOf(kept, 'd')], [['c0'], ['d0']]);
    assert.deepEqual(kept.leftOut, { duplicates: 2, conflicts: 0, labels: 11 });
  });

  it('never drops an image without label, nor images that only look alike', () => {
    const near = indexedImage({ id: 'a' }).hash.replace(/.$/, (digit) => (Number.parseInt(digit, 16) ^ 1).toString(16));
    const images = [...same('a', [1, null, null]), indexedImage({ id: 'a9', label: 2, hash: near }), ...plenty(5)];
    const kept = curate(images, { duplicates: 'dropGroup', conflicts: 'dropGroup' });
    assert.deepEqual([keptOf(kept, 'a'), kept.leftOut], [['a0', 'a1', 'a2', 'a9'], { duplicates: 0, conflicts: 0, labels: 0 }]);
  });

  it('refuses choices that leave nothing of a class', () => {
    const images = [...same('c', [4, 3]), ...plenty(5).filter(({ label }) => label !== 4)];
    assert.throws(() => curate(images, { conflicts: 'dropGroup' }), { code: 'BAD_DATASET', path: 'classes.4', message: /class "4", but all of them are left out as duplicates or conflicts/ });
  });
});

describe('curateImages: split', () => {
  /** Chains: a duplicate of a near-duplicate of an image of a patient. */
  const family = (n: number): IndexedImage[] => {
    const [first, second] = same(`f${n}-`, [1, 1]);
    const near = first!.hash.replace(/^./, (digit) => (Number.parseInt(digit, 16) ^ 1).toString(16));
    return [first!, second!, indexedImage({ id: `f${n}-n`, label: 2, hash: near, group: `patient ${n}` }), indexedImage({ id: `f${n}-p`, label: 0, group: `patient ${n}` })];
  };
  const images = [...Array.from({ length: 30 }, (_, n) => family(n)).flat(), ...plenty(5)].sort((a, b) => (a.id < b.id ? -1 : 1));

  for (const split of [{ kind: 'stratified', holdout: 0.3 }, { kind: 'kfold', folds: 4, fold: 2 }] as const) {
    it(`never divides duplicates, near-duplicates and what the source says belongs together (${split.kind})`, () => {
      const sides = new Set<string>();
      for (let seed = 0; seed < 10; seed++) {
        const { samples, findings } = curate(images, { split: { ...split, seed } });
        assert.equal(findings.leakedImages, 0);
        for (let n = 0; n < 30; n++) {
          const own = new Set(samples.filter(({ id }) => id.startsWith(`f${n}-`)).map((sample) => sample.split));
          assert.equal(own.size, 1, `family ${n} is divided`);
          for (const side of own) sides.add(side);
        }
      }
      assert.deepEqual([...sides].toSorted(), ['eval', 'train']);
    });
  }

  it('gives every image the same side whatever the order of labels or of images', () => {
    const sideOf = ({ samples }: CuratedDataset): Record<string, string> => Object.fromEntries(samples.map(({ id, split }) => [id, split]));
    const expected = sideOf(curate(images));
    const shuffled = images.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
    assert.deepEqual(sideOf(curate(shuffled)), expected);
    assert.deepEqual(Object.values(expected).filter((side) => side === 'eval').length, 17);
  });

  it('obeys a given split and names what leaks by it', () => {
    const given = [...same('a', [1, 1]), indexedImage({ id: 'b', label: 0, group: 'x' }), indexedImage({ id: 'c', label: 0, group: 'x' })].map((image, i) => ({ ...image, split: i % 2 === 0 ? ('eval' as const) : ('train' as const) }));
    const curated = curate([...given, ...plenty(5)], { split: { kind: 'given' } });
    assert.deepEqual(curated.findings, { leakedImages: 2, conflictingGroups: 0 });
    assert.deepEqual(curated.samples.filter(({ split }) => split === 'eval').map(({ id }) => id), ['a0', 'b']);
  });

  it('obeys ids and lists, and says which are of no labelled image', () => {
    const some = [...plenty(5), indexedImage({ id: 'p', label: null })];
    const byIds = curate(some, { split: { kind: 'ids', ids: ['z0004', 'z0001'] } });
    const byList = curate(some, { split: { kind: 'list', file: 'held.csv' } }, { heldIds: new Set(['z0001', 'z0004']) });
    assert.deepEqual(byIds.samples, byList.samples);
    assert.deepEqual(byIds.samples.filter(({ split }) => split === 'eval').map(({ id }) => id), ['z0001', 'z0004']);
    assert.throws(() => curate(some, { split: { kind: 'ids', ids: ['z0001', 'nobody', 'p'] } }), { code: 'BAD_DATASET', path: 'split.ids.1', message: /2 of 3 are not: nobody, p/ });
    assert.throws(() => curate(some, { split: { kind: 'list', file: 'held.csv' } }, { heldIds: new Set(['nobody']) }), { code: 'BAD_DATASET', path: 'split.file' });
    assert.throws(() => curate(some, { split: { kind: 'ids', ids: some.filter(({ label }) => label !== null).map(({ id }) => id) } }), { code: 'BAD_DATASET', path: 'split', message: /0 would be trained on and 50 held out/ });
  });

  it('takes a held-out id that the choices left out for no mistake', () => {
    const held = curate([...same('a', [1, 1]), ...plenty(5)], { duplicates: 'keepOne', split: { kind: 'ids', ids: ['a1', 'z0001'] } });
    assert.deepEqual(held.samples.filter(({ split }) => split === 'eval').map(({ id }) => id), ['z0001']);
  });
});
