import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { splitConfigSchema, type SplitName } from '@eyegazer/core';
import { chooseSplit, type ImageToSplit } from '@eyegazer/data';
import { idOf } from './indexed-image.js';

const classCount = 4;
const none: ReadonlySet<string> = new Set();

interface Drawn {
  images: ImageToSplit[];
  seed: number;
}

/** Images of four classes: groups of two to five of any classes, single ones, some without label. */
const drawn = fc
  .record({
    groups: fc.array(fc.array(fc.option(fc.nat({ max: classCount - 1 }), { freq: 6 }), { minLength: 2, maxLength: 5 }), { maxLength: 12 }),
    singles: fc.tuple(...Array.from({ length: classCount }, () => fc.integer({ min: 25, max: 90 }))),
    unlabelled: fc.nat({ max: 5 }),
    seed: fc.nat({ max: 0xffff_ffff }),
  })
  .map(({ groups, singles, unlabelled, seed }): Drawn => {
    const members = [...groups, ...singles.flatMap((count, label) => Array.from({ length: count }, () => [label])), ...Array.from({ length: unlabelled }, () => [null])];
    const images = members.flatMap((labels, together) => labels.map((label, i) => ({ id: idOf(`u${i}-`, together), label, given: null, together })));
    return { images, seed };
  });

const stratified = (images: readonly ImageToSplit[], seed: number, holdout = 0.1): SplitName[] =>
  chooseSplit(images, { split: splitConfigSchema.parse({ kind: 'stratified', holdout, seed }), classCount, heldIds: none });

const kfold = (images: readonly ImageToSplit[], seed: number, { fold, folds }: { fold: number; folds: number }): SplitName[] =>
  chooseSplit(images, { split: splitConfigSchema.parse({ kind: 'kfold', fold, folds, seed }), classCount, heldIds: none });

function countEval(images: readonly ImageToSplit[], splits: readonly SplitName[]): number[] {
  return Array.from({ length: classCount }, (_, label) => images.filter((image, i) => image.label === label && splits[i] === 'eval').length);
}

const countAll = (images: readonly ImageToSplit[]): number[] => Array.from({ length: classCount }, (_, label) => images.filter((image) => image.label === label).length);

function byId(images: readonly ImageToSplit[], splits: readonly SplitName[]): Record<string, SplitName> {
  return Object.fromEntries(images.map(({ id }, i) => [id, splits[i]!] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function assertUndivided(images: readonly ImageToSplit[], splits: readonly SplitName[]): void {
  const sideOf = new Map<number, SplitName>();
  images.forEach(({ label, together }, i) => {
    if (label === null) return assert.equal(splits[i], 'predict');
    assert.notEqual(splits[i], 'predict');
    assert.equal(sideOf.get(together) ?? splits[i], splits[i], `unit ${together} is divided`);
    sideOf.set(together, splits[i]!);
  });
}

describe('a stratified split', () => {
  it('holds out the share of every class to within one image, and divides nothing that belongs together', () => {
    fc.assert(
      fc.property(drawn, fc.double({ min: 0.05, max: 0.6, noNaN: true }), ({ images, seed }, holdout) => {
        const splits = stratified(images, seed, holdout);
        assertUndivided(images, splits);
        const [held, all] = [countEval(images, splits), countAll(images)];
        for (const [label, count] of held.entries()) assert.ok(Math.abs(count - holdout * all[label]!) <= 1, `class ${label}: ${count} of ${all[label]} held out for a share of ${holdout}`);
      }),
      { numRuns: 200 },
    );
  });

  it('depends on the seed and the images alone, not on their order, nor on what they are called together', () => {
    fc.assert(
      fc.property(drawn, fc.nat(), ({ images, seed }, turn) => {
        const other = images.map((image) => ({ ...image, together: 1000 - image.together })).sort((a, b) => ((a.together * 7919 + turn) % 101) - ((b.together * 7919 + turn) % 101));
        assert.deepEqual(byId(other, stratified(other, seed)), byId(images, stratified(images, seed)));
      }),
      { numRuns: 50 },
    );
  });

  it('is another one for another seed', () => {
    const images = Array.from({ length: 200 }, (_, i) => ({ id: idOf('i', i), label: i % 4, given: null, together: i }));
    const splits = [1, 2, 3, 4].map((seed) => JSON.stringify(stratified(images, seed)));
    assert.equal(new Set(splits).size, 4);
  });

  it('takes every image about equally often', () => {
    const images = Array.from({ length: 60 }, (_, i) => ({ id: idOf('i', i), label: i % 2, given: null, together: i < 20 ? Math.floor(i / 2) : i }));
    const often = images.map(() => 0);
    for (let seed = 0; seed < 600; seed++) stratified(images, seed, 0.2).forEach((name, i) => (often[i]! += name === 'eval' ? 1 : 0));
    // 120 of 600 are expected; the standard deviation is 10.
    for (const [i, count] of often.entries()) assert.ok(count > 70 && count < 170, `image ${i} was held out ${count} times of 600`);
  });

  it('rounds each class half up, holds out at least one of a small class, keeps at least one, and keeps a single image for training', () => {
    const held = (counts: number[], holdout: number): number[] => {
      const images = counts.flatMap((count, label) => Array.from({ length: count }, (_, i) => ({ id: idOf(`${label}-`, i), label, given: null, together: label * 1000 + i })));
      return countEval(images, stratified(images, 42, holdout));
    };
    assert.deepEqual(held([14, 15, 24, 25], 0.1), [1, 2, 2, 3]);
    assert.deepEqual(held([10, 4, 2, 1], 0.1), [1, 1, 1, 0]);
    assert.deepEqual(held([10, 4, 2, 1], 0.99), [9, 3, 1, 0]);
  });

  it('comes within a few images where all images belong to patients', () => {
    // 300 patients of two to four images, mostly of one grade.
    const images = Array.from({ length: 900 }, (_, i) => ({ id: idOf('i', i), label: (Math.floor(i / 3) + (i % 7 === 0 ? 1 : 0)) % 4, given: null, together: Math.floor(i / 3 + (i % 5 === 0 ? 0.4 : 0)) }));
    for (let seed = 0; seed < 20; seed++) {
      const splits = stratified(images, seed, 0.2);
      assertUndivided(images, splits);
      const all = countAll(images);
      for (const [label, count] of countEval(images, splits).entries()) assert.ok(Math.abs(count - 0.2 * all[label]!) <= 4, `class ${label}: ${count} of ${all[label]}`);
    }
  });

  it('holds out an image of a rare class even where its images come in pairs', () => {
    const pairs = Array.from({ length: 4 }, (_, i) => ({ id: idOf('rare', i), label: 1, given: null, together: Math.floor(i / 2) }));
    const images = [...pairs, ...Array.from({ length: 40 }, (_, i) => ({ id: idOf('i', i), label: 0, given: null, together: 10 + i }))];
    for (let seed = 0; seed < 10; seed++) assert.deepEqual(countEval(images, stratified(images, seed)).slice(0, 2), [4, 2]);
  });

  it('leaves of every class something to train on, however few groups its images are in', () => {
    const few = fc.array(fc.array(fc.nat({ max: classCount - 1 }), { minLength: 1, maxLength: 9 }), { minLength: 4, maxLength: 12 });
    fc.assert(
      fc.property(few, fc.nat({ max: 0xffff_ffff }), fc.double({ min: 0.05, max: 0.6, noNaN: true }), (groups, seed, holdout) => {
        // Two images that are alone, so that something can be held out.
        const images = [...groups, [0], [0]].flatMap((labels, together) => labels.map((label, i) => ({ id: idOf(`u${i}-`, together), label, given: null, together })));
        const held = countEval(images, stratified(images, seed, holdout));
        for (const [label, count] of countAll(images).entries()) assert.ok(count === 0 || held[label]! < count, `class ${label}: ${held[label]} of ${count} are held out`);
      }),
    );
  });

  it('says why nothing can be held out', () => {
    const images = Array.from({ length: 9 }, (_, i) => ({ id: idOf('i', i), label: i % 2, given: null, together: 0 }));
    assert.throws(() => stratified(images, 1), { code: 'BAD_DATASET', path: 'split', message: /of 9 labelled images 9 would be trained on and 0 held out/ });
  });
});

describe('k-fold', () => {
  it('has each image in exactly one fold, classes alike to within one image, groups whole', () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 2, max: 8 }), ({ images, seed }, folds) => {
        const bySplit = Array.from({ length: folds }, (_, fold) => kfold(images, seed, { fold, folds }));
        images.forEach(({ label, id }, i) => assert.equal(bySplit.filter((splits) => splits[i] === 'eval').length, label === null ? 0 : 1, id));
        const all = countAll(images);
        for (const splits of bySplit) {
          assertUndivided(images, splits);
          for (const [label, count] of countEval(images, splits).entries()) assert.ok(Math.abs(count - all[label]! / folds) <= 1, `class ${label}: ${count} of ${all[label]} in one of ${folds} folds`);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is the same whatever the order of the images', () => {
    fc.assert(
      fc.property(drawn, ({ images, seed }) => {
        const other = images.toReversed();
        assert.deepEqual(byId(other, kfold(other, seed, { fold: 1, folds: 5 })), byId(images, kfold(images, seed, { fold: 1, folds: 5 })));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses more folds than there are groups', () => {
    const images = Array.from({ length: 9 }, (_, i) => ({ id: idOf('i', i), label: i % 2, given: null, together: i % 3 }));
    assert.throws(() => kfold(images, 1, { fold: 4, folds: 5 }), { code: 'BAD_DATASET', path: 'split', message: /fewer folds/ });
  });
});

describe('a split that somebody gave', () => {
  const images: ImageToSplit[] = [
    { id: 'a', label: 0, given: 'train', together: 0 },
    { id: 'b', label: 1, given: 'eval', together: 0 },
    { id: 'c', label: 1, given: null, together: 1 },
    { id: 'd', label: 0, given: 'predict', together: 2 },
    { id: 'e', label: null, given: 'eval', together: 3 },
  ];

  it('is obeyed, even where it divides what belongs together; what it leaves open is trained on', () => {
    const split = splitConfigSchema.parse({ kind: 'given' });
    assert.deepEqual(chooseSplit(images, { split, classCount: 2, heldIds: none }), ['train', 'eval', 'train', 'predict', 'predict']);
    const heldIds = new Set(['a', 'd']);
    const listed = splitConfigSchema.parse({ kind: 'ids', ids: [...heldIds] });
    assert.deepEqual(chooseSplit(images, { split: listed, classCount: 2, heldIds }), ['eval', 'train', 'train', 'eval', 'predict']);
  });

  it('is refused where it holds out nothing', () => {
    const split = splitConfigSchema.parse({ kind: 'given' });
    assert.throws(() => chooseSplit(images.filter(({ id }) => id !== 'b'), { split, classCount: 2, heldIds: none }), { code: 'BAD_DATASET', path: 'split', message: /choose the split `stratified`/ });
  });
});
