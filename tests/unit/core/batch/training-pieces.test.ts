import assert from 'node:assert/strict';
import { evaluationPieces, plannedUpdates, trainingPieces, type BatchPiece, type TrainingPiecesOptions } from '@eyegazer/core';

const options: TrainingPiecesOptions = {
  sampleCount: 103,
  labels: Array.from({ length: 103 }, (_, i) => (i < 90 ? 0 : i < 100 ? 1 : 2)),
  effectiveBatch: 32,
  microBatch: 5,
  epochs: 3,
  seed: 7,
  sampler: 'shuffle',
};
const all = (changes: Partial<TrainingPiecesOptions> = {}): BatchPiece[] => [...trainingPieces({ ...options, ...changes })];
const orderOf = (pieces: BatchPiece[]): number[] => pieces.flatMap(({ positions }) => positions);

describe('trainingPieces', () => {
  it('gives every sample once an epoch, in another order each epoch', () => {
    const epochs = [0, 1, 2].map((epoch) => orderOf(all().filter((piece) => piece.epoch === epoch)));
    for (const order of epochs) assert.deepEqual(order.toSorted((a, b) => a - b), [...Array(103).keys()]);
    assert.notDeepEqual(epochs[0], epochs[1]);
    assert.notDeepEqual(epochs[0], [...Array(103).keys()]);
  });

  it('makes windows of E samples, the last of an epoch of what is left, and says their real size', () => {
    const pieces = all();
    const sizes = new Map<number, number>();
    for (const { update, positions } of pieces) sizes.set(update, (sizes.get(update) ?? 0) + positions.length);
    assert.deepEqual([...sizes.values()], [32, 32, 32, 7, 32, 32, 32, 7, 32, 32, 32, 7]);
    for (const { update, windowSize } of pieces) assert.equal(windowSize, sizes.get(update));
    assert.equal(sizes.size, plannedUpdates({ samples: 103, effectiveBatch: 32, epochs: 3 }).total);
    assert.ok(pieces.every(({ positions }) => positions.length <= 5));
  });

  it('ends each window once, at its last piece', () => {
    const pieces = all();
    assert.equal(pieces.filter(({ endsWindow }) => endsWindow).length, 12);
    pieces.forEach(({ endsWindow, update }, i) => assert.equal(endsWindow, pieces[i + 1]?.update !== update));
  });

  for (const sampler of ['shuffle', 'balanced'] as const) {
    it(`draws the same samples for each update whatever the micro-batch (${sampler})`, () => {
      const byUpdate = (microBatch: number): [number, number][] => all({ microBatch, sampler }).flatMap(({ update, positions }) => positions.map((position): [number, number] => [update, position]));
      for (const microBatch of [1, 8, 32, 500]) assert.deepEqual(byUpdate(microBatch), byUpdate(5));
    });

    it(`goes on from any update as if never interrupted (${sampler})`, () => {
      for (const startUpdate of [1, 3, 4, 9, 11, 12]) {
        assert.deepEqual(all({ startUpdate, sampler }), all({ sampler }).filter(({ update }) => update >= startUpdate));
      }
    });
  }

  it('depends on the seed', () => {
    assert.deepEqual(all(), all());
    assert.notDeepEqual(orderOf(all({ seed: 8 })), orderOf(all()));
  });

  it('puts every sample first equally often', () => {
    const counts = Array<number>(4).fill(0);
    for (let seed = 0; seed < 4000; seed++) {
      for (const { positions } of trainingPieces({ ...options, sampleCount: 4, epochs: 1, seed })) counts[positions[0]!]!++;
    }
    for (const count of counts) assert.ok(Math.abs(count - 1000) < 120, `counts ${counts.join(', ')}`);
  });

  it('balanced: draws each class about equally often, as many draws an epoch as there are samples', () => {
    const pieces = all({ sampler: 'balanced', epochs: 30 });
    const counts = [0, 0, 0];
    for (const position of orderOf(pieces)) counts[options.labels[position]!]!++;
    assert.equal(counts.reduce((a, b) => a + b), 30 * 103);
    for (const count of counts) assert.ok(Math.abs(count - 1030) < 110, `counts ${counts.join(', ')}`);
    assert.equal(new Set(orderOf(pieces)).size, 103);
  });

  it('is lazy: a run of a billion updates starts at once', () => {
    const [first] = trainingPieces({ ...options, epochs: 1e9 });
    assert.equal(first?.update, 0);
  });
});

describe('evaluationPieces', () => {
  it('gives every sample once, in order, the last piece being smaller', () => {
    const pieces = [...evaluationPieces({ sampleCount: 10, microBatch: 4 })];
    assert.deepEqual(pieces.map(({ positions }) => positions), [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]);
    assert.deepEqual(pieces.map(({ endsWindow }) => endsWindow), [false, false, true]);
  });
});
