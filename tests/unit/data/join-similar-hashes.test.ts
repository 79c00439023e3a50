import assert from 'node:assert/strict';
import { createRandomKey, randomUint32, randomUniform, type RandomKey } from '@eyegazer/core';
import { joinSimilarHashes, nearDistance } from '@eyegazer/data';

type Words = Uint32Array;

/** Counts up through a stream of random numbers. */
function createDice(key: RandomKey): { word: () => number; below: (end: number) => number } {
  let counter = 0;
  return { word: () => randomUint32(key, counter++), below: (end) => Math.floor(randomUniform(key, counter++) * end) };
}

function flipBits(words: Words, count: number, below: (end: number) => number): Words {
  const flipped = words.slice();
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(below(256));
  for (const bit of chosen) flipped[bit >>> 5]! ^= 1 << (bit & 31);
  return flipped;
}

const toHex = (words: Words): string => Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');

function distance(a: Words, b: Words): number {
  let bits = 0;
  for (let w = 0; w < a.length; w++) for (let rest = (a[w]! ^ b[w]!) >>> 0; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}

/** The smallest member of each one's connected part, by comparing each with each. */
function bruteForce(hashes: readonly Words[]): number[] {
  const root = hashes.map((_, i) => i);
  const open = new Set(root);
  for (const [start] of hashes.entries()) {
    if (!open.delete(start)) continue;
    for (const queue = [start]; queue.length > 0; ) {
      const at = queue.pop()!;
      for (const other of open) {
        if (distance(hashes[at]!, hashes[other]!) > nearDistance) continue;
        open.delete(other);
        root[other] = start;
        queue.push(other);
      }
    }
  }
  return root;
}

/** Random hashes, each of which may get neighbours at up to `most` bits: chains and bushes of them. */
function plant({ seed, count, most, shareOfCopies }: { seed: number; count: number; most: number; shareOfCopies: number }): Words[] {
  const { word, below } = createDice(createRandomKey(seed, 'hashes'));
  const hashes: Words[] = [];
  while (hashes.length < count) {
    const isCopy = hashes.length > 0 && below(1000) < shareOfCopies * 1000;
    hashes.push(isCopy ? flipBits(hashes[below(hashes.length)]!, below(most + 1), below) : Uint32Array.from({ length: 8 }, word));
  }
  return hashes;
}

describe('joinSimilarHashes', () => {
  for (const seed of [1, 2, 3]) {
    it(`makes the groups that comparing each of 2,000 with each makes (seed ${seed})`, () => {
      const hashes = plant({ seed, count: 2000, most: 2 * nearDistance, shareOfCopies: 0.4 });
      const expected = bruteForce(hashes);
      assert.ok(new Set(expected).size > 1000 && new Set(expected).size < 1900, 'the planted hashes are neither all alone nor all together');
      const { sets } = joinSimilarHashes(hashes.map(toHex));
      assert.deepEqual(hashes.map((_, i) => sets.rootOf(i)), expected);
    });
  }

  it('makes them for hashes that are alike in most of their bits, too', () => {
    // All near one of five hashes: chunks are shared by many.
    const { below } = createDice(createRandomKey(9, 'alike'));
    const centres = plant({ seed: 4, count: 5, most: 0, shareOfCopies: 0 });
    const hashes = Array.from({ length: 1200 }, (_, i) => flipBits(centres[i % 5]!, 12 + below(24), below));
    const { sets } = joinSimilarHashes(hashes.map(toHex));
    assert.deepEqual(hashes.map((_, i) => sets.rootOf(i)), bruteForce(hashes));
  });

  it(`joins at exactly ${nearDistance} bits wherever they are, and not at ${nearDistance + 1}`, () => {
    const { word, below } = createDice(createRandomKey(5, 'edges'));
    for (let trial = 0; trial < 60; trial++) {
      const one = Uint32Array.from({ length: 8 }, word);
      const isOne = (bits: number): boolean => joinSimilarHashes([toHex(one), toHex(flipBits(one, bits, below))]).sets.rootOf(1) === 0;
      assert.ok(isOne(nearDistance));
      assert.ok(!isOne(nearDistance + 1));
    }
    // Spread evenly: every chunk differs.
    const spread = new Uint32Array(8);
    for (let i = 0; i < nearDistance; i++) spread[Math.floor((i * 256) / nearDistance) >>> 5]! |= 1 << (31 - (Math.floor((i * 256) / nearDistance) & 31));
    assert.equal(joinSimilarHashes([toHex(new Uint32Array(8)), toHex(spread)]).sets.rootOf(1), 0);
  });

  it('compares few of the 200 million pairs of 20,000 hashes, and twice as many images cost about twice as much', () => {
    const count = (images: number): { compared: number; groups: number } => {
      const hashes = plant({ seed: 6, count: images, most: 10, shareOfCopies: 0.2 });
      const { sets, compared } = joinSimilarHashes(hashes.map(toHex));
      return { compared, groups: new Set(hashes.map((_, i) => sets.rootOf(i))).size };
    };
    const [half, whole] = [count(10_000), count(20_000)];
    assert.ok(Math.abs(whole.groups - 16_000) < 250, `expected about 16,000 groups, got ${whole.groups}`);
    assert.ok(whole.compared < 10 * 20_000, `compared ${whole.compared} pairs`);
    assert.ok(whole.compared < 5 * half.compared, `compared ${half.compared} pairs of 10,000 and ${whole.compared} of 20,000`);
  });

  it('is not slowed down by very many pictures of one thing', () => {
    const cost = (images: number): number => {
      const { word, below } = createDice(createRandomKey(7, 'hashes'));
      const scene = Uint32Array.from({ length: 8 }, word);
      const { sets, compared } = joinSimilarHashes(Array.from({ length: images }, () => toHex(flipBits(scene, 5, below))));
      assert.equal(sets.rootOf(images - 1), 0);
      return compared / images;
    };
    const [half, whole] = [cost(5000), cost(10_000)];
    assert.ok(whole < 1.5 * half, `${half} looks for each of 5,000 images and ${whole} for each of 10,000`);
  });

  it('makes nothing of nothing', () => {
    assert.equal(joinSimilarHashes([]).compared, 0);
    assert.equal(joinSimilarHashes(['f'.repeat(64)]).sets.rootOf(0), 0);
  });
});
