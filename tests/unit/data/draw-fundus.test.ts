import assert from 'node:assert/strict';
import type { RgbImage } from '@eyegazer/formats';
import { describeFundus, drawFundus, fundusGrades, lesionKinds, quadrants, type FundusOptions, type Quadrant } from '@eyegazer/data';

const size = 96;
const optionsOf = (grade: FundusOptions['grade'], index: number, seed = 5): FundusOptions => ({ grade, seed, index, width: size, height: size });
const draw = (grade: FundusOptions['grade'], index: number, seed = 5): Uint8Array => drawFundus(optionsOf(grade, index, seed)).data;

/** Sum of the channels' differences. Shape: [pixels] */
function changes(a: Uint8Array, b: Uint8Array): number[] {
  return Array.from({ length: a.length / 3 }, (_, i) => [0, 1, 2].reduce((sum, c) => sum + Math.abs(a[3 * i + c]! - b[3 * i + c]!), 0));
}

/** Means of blocks, so that images of other sizes can be compared. Shape: [blocks * blocks, 3] */
function blockMeans({ data, width, height }: RgbImage, blocks: number): number[] {
  const sums = new Float64Array(blocks * blocks * 3);
  for (let i = 0; i < width * height; i++) {
    const block = Math.floor((Math.floor(i / width) * blocks) / height) * blocks + Math.floor(((i % width) * blocks) / width);
    for (let c = 0; c < 3; c++) sums[3 * block + c]! += data[3 * i + c]!;
  }
  return Array.from(sums, (sum) => (sum * blocks * blocks) / (width * height));
}

describe('drawFundus', () => {
  it('draws the same pixels for the same arguments, others for another seed or index', () => {
    assert.deepEqual(draw(3, 1), draw(3, 1));
    assert.notDeepEqual(draw(3, 1), draw(3, 2));
    assert.notDeepEqual(draw(3, 1), draw(3, 1, 6));
  });

  it('is dark outside the lit field and reddish inside', () => {
    const total = [0, 0, 0];
    for (let index = 0; index < 20; index++) {
      const data = draw(0, index);
      for (const corner of [0, size - 1, size * (size - 1), size * size - 1]) assert.ok(Math.max(...data.subarray(3 * corner, 3 * corner + 3)) <= 5);
      data.forEach((value, i) => (total[i % 3]! += value));
    }
    assert.ok(total[0]! > 1.4 * total[1]! && total[1]! > 1.3 * total[2]!, total.join(', '));
    assert.ok(total[0]! / (20 * size * size) > 60);
  });

  it('draws the same scene in another size', () => {
    for (const [index, grade] of fundusGrades.entries()) {
      const small = blockMeans(drawFundus({ ...optionsOf(grade, index), width: 120, height: 90 }), 15);
      const large = blockMeans(drawFundus({ ...optionsOf(grade, index), width: 720, height: 540 }), 15);
      const differences = small.map((value, i) => Math.abs(value - large[i]!));
      assert.ok(differences.reduce((a, b) => a + b) / differences.length < 2, `mean ${differences.reduce((a, b) => a + b) / differences.length}`);
      assert.ok(Math.max(...differences) < 24, `largest ${Math.max(...differences)}`);
    }
  });

  it('lies round in a frame that is wider than high', () => {
    const { field } = describeFundus({ ...optionsOf(0, 3), width: 259, height: 194 });
    assert.ok(Math.abs(field.x - 259 / 2) < 8 && Math.abs(field.y - 194 / 2) < 8);
    assert.ok(field.radius > 0.43 * 194 && field.radius < 0.58 * 194);
    const { data, width, height } = drawFundus({ ...optionsOf(0, 3), width: 259, height: 194 });
    assert.deepEqual([width, height, data.length], [259, 194, 259 * 194 * 3]);
    assert.ok(data[3 * 97 * 259]! <= 5, 'dark at the left edge');
  });

  it('changes nothing but lesions with the grade', () => {
    for (let index = 0; index < 10; index++) {
      const healthy = draw(0, index);
      for (const grade of [1, 2, 3, 4] as const) {
        const { lesions } = describeFundus(optionsOf(grade, index));
        const changed = changes(healthy, draw(grade, index)).flatMap((change, i) => (change > 12 ? [{ x: (i % size) + 0.5, y: Math.floor(i / size) + 0.5 }] : []));
        const stray = changed.filter(({ x, y }) => !lesions.some((lesion) => Math.hypot(lesion.x - x, lesion.y - y) < 2.2 * lesion.radius + 3));
        assert.deepEqual(stray, [], `grade ${grade}, index ${index}`);
      }
    }
  });

  it('shows more from grade to grade up to 3, and new vessels or blood before the retina at 4 alone', () => {
    const means = fundusGrades.map((grade) => Array.from({ length: 15 }, (_, i) => changes(draw(0, i), draw(grade, i)).filter((change) => change > 30).length).reduce((a, b) => a + b) / 15);
    assert.equal(means[0], 0);
    assert.ok(means[1]! > 5 && means[2]! > 2.5 * means[1]! && means[3]! > 1.5 * means[2]! && means[4]! > means[2]!, means.join(', '));
    for (let index = 0; index < 15; index++) {
      const kinds = fundusGrades.map((grade) => new Set(describeFundus(optionsOf(grade, index)).lesions.map(({ kind }) => kind)));
      assert.deepEqual(kinds.map((set) => set.has('newVessels')), [false, false, false, false, true]);
      assert.ok(kinds[1]!.size === 1 && kinds[2]!.has('haemorrhage') && kinds[3]!.has('cottonWool'));
    }
  });
});

describe('describeFundus', () => {
  it('tells where every lesion of every kind is drawn, in any quarter', () => {
    for (const [k, kind] of lesionKinds.entries()) {
      for (const [q, quadrant] of quadrants.entries()) {
        const options = optionsOf([{ kind, count: 1, quadrant }], 10 * k + q);
        const { lesions, field } = describeFundus(options);
        // A large vein need not pass through every quarter.
        if (lesions.length === 0 && kind === 'venousBeading') continue;
        const [lesion] = lesions;
        assert.ok(lesion && lesions.length === 1 && lesion.kind === kind);
        assert.equal(quadrantOf(lesion.x - field.x, lesion.y - field.y), quadrant);
        const change = changes(draw(0, 10 * k + q), drawFundus(options).data);
        const near = change.filter((_, i) => Math.hypot((i % size) + 0.5 - lesion.x, Math.floor(i / size) + 0.5 - lesion.y) < lesion.radius + 1.5);
        assert.ok(Math.max(...near) > 12, `${kind} in ${quadrant}: ${Math.max(...near)}`);
      }
    }
  });

  it('scales with the image', () => {
    const small = describeFundus(optionsOf(4, 7));
    const large = describeFundus({ ...optionsOf(4, 7), width: 4 * size, height: 4 * size });
    assert.equal(small.lesions.length, large.lesions.length);
    for (const [i, lesion] of small.lesions.entries()) {
      const twin = large.lesions[i]!;
      for (const key of ['x', 'y', 'radius'] as const) assert.ok(Math.abs(twin[key] - 4 * lesion[key]) < 1e-6);
    }
  });
});

function quadrantOf(x: number, y: number): Quadrant {
  return y < 0 ? (x < 0 ? 'upperLeft' : 'upperRight') : x < 0 ? 'lowerLeft' : 'lowerRight';
}
