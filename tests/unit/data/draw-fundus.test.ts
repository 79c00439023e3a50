import assert from 'node:assert/strict';
import type { ImportProgress } from '@eyegazer/core';
import { createFundusDataset, decodeImage, drawFundus, fundusGrades, loadDatasetVersion, type FundusGrade } from '@eyegazer/data';
import { createTemporaryStore } from './temporary-store.js';

const size = 96;
const draw = (grade: FundusGrade, index: number, seed = 5): Uint8Array => drawFundus({ grade, seed, index, size }).data;

/** Pixels in which the same eye looks clearly different with another grade: its lesions. */
function lesionPixels(grade: FundusGrade, index: number): number {
  const [healthy, ill] = [draw(0, index), draw(grade, index)];
  let count = 0;
  for (let i = 0; i < size * size; i++) {
    const change = [0, 1, 2].reduce((sum, c) => sum + Math.abs(healthy[3 * i + c]! - ill[3 * i + c]!), 0);
    if (change > 40) count++;
  }
  return count;
}

describe('drawFundus', () => {
  it('draws the same pixels for the same arguments, others for another seed or index', () => {
    assert.deepEqual(draw(3, 1), draw(3, 1));
    assert.notDeepEqual(draw(3, 1), draw(3, 2));
    assert.notDeepEqual(draw(3, 1), draw(3, 1, 6));
  });

  it('is dark outside the lit circle and reddish inside', () => {
    for (let index = 0; index < 20; index++) {
      const data = draw(0, index);
      for (const corner of [0, size - 1, size * (size - 1), size * size - 1]) assert.deepEqual([...data.subarray(3 * corner, 3 * corner + 3)], [0, 0, 0]);
      const total = [0, 0, 0];
      data.forEach((value, i) => (total[i % 3]! += value));
      assert.ok(total[0]! > 1.3 * total[1]! && total[1]! > 1.3 * total[2]!, total.join(', '));
      assert.ok(total[0]! / (size * size) > 80);
    }
  });

  it('changes nothing but lesions with the grade, and more of them from grade to grade up to 3', () => {
    const means = fundusGrades.map((grade) => Array.from({ length: 15 }, (_, i) => lesionPixels(grade, i)).reduce((a, b) => a + b) / 15);
    assert.equal(means[0], 0);
    assert.ok(means[1]! > 5 && means[2]! > 3 * means[1]! && means[3]! > 2 * means[2]!, means.join(', '));
    assert.ok(means[4]! > 2 * means[2]!, means.join(', '));
  });
});

describe('createFundusDataset', () => {
  it('makes an ordinary dataset version, the same for the same options, and says how far it is', async () => {
    const store = createTemporaryStore();
    try {
      const heard: ImportProgress[] = [];
      const options = { store, classCounts: [6, 5, 5, 5, 5], imageSize: 32, holdout: 0.2, seed: 3 } as const;
      const { contentId, counts, classNames, report } = await createFundusDataset({ ...options, onProgress: (progress) => heard.push(progress) });
      assert.deepEqual(counts, { train: [5, 4, 4, 4, 4], eval: [1, 1, 1, 1, 1], predict: [0] });
      assert.deepEqual(classNames, ['0', '1', '2', '3', '4']);
      assert.deepEqual([report.layout, report.sampleCount, report.problemCount], ['procedural-fundus', 26, 0]);
      assert.deepEqual(heard.at(-1), { phase: 'storing', done: 26, total: 26 });
      const version = await loadDatasetVersion({ contentId, store });
      const sample = version.train[2]!;
      const expected = drawFundus({ grade: sample.label as FundusGrade, seed: 3, index: Number(sample.id.slice(-5)), size: 32 });
      assert.deepEqual(Buffer.from((await decodeImage(await version.readImage(sample))).data), Buffer.from(expected.data));
      const grades = version.train.map(({ label }) => label ?? 0);
      assert.notDeepEqual(grades, grades.toSorted((a, b) => a - b));
      assert.equal((await createFundusDataset(options)).contentId, contentId);
      assert.notEqual((await createFundusDataset({ ...options, seed: 4 })).contentId, contentId);
    } finally {
      store.dispose();
    }
  });
});
