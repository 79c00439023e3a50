import assert from 'node:assert/strict';
import { createFundusDataset } from '@eyegazer/data';
import { createTemporaryStore } from './temporary-store.js';

/** Held-out images of each grade when a dataset of such classes is split. */
async function heldOut(classCounts: [number, number, number, number, number], holdout: number): Promise<number[]> {
  const store = createTemporaryStore();
  try {
    return (await createFundusDataset({ store, classCounts, holdout, imageSize: 16 })).counts.eval;
  } finally {
    store.dispose();
  }
}

describe('stratified split', () => {
  it('rounds each class half up', async () => {
    assert.deepEqual(await heldOut([14, 15, 16, 24, 25], 0.1), [1, 2, 2, 2, 3]);
  });

  it('holds out at least one of a small class, keeps at least one, and keeps a single image for training', async () => {
    assert.deepEqual(await heldOut([10, 4, 2, 1, 20], 0.1), [1, 1, 1, 0, 2]);
    assert.deepEqual(await heldOut([10, 4, 2, 1, 20], 0.99), [9, 3, 1, 0, 19]);
  });
});
