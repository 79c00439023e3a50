import assert from 'node:assert/strict';
import { createRandomKey } from '@eyegazer/core';
import { augmentPresets, augmentImage, drawCrop, type AugmentPreset, type CropBox } from '@eyegazer/data';
import { resizePil, type RgbImage } from '@eyegazer/formats';

const { standard, tutorial } = augmentPresets;
const crops = (size: { width: number; height: number }, preset: AugmentPreset, count = 4000): CropBox[] =>
  Array.from({ length: count }, (_, i) => drawCrop(size, preset, createRandomKey(3, i)));
const mean = (values: number[]): number => values.reduce((a, b) => a + b) / values.length;

describe('drawCrop', () => {
  for (const [name, preset] of [['standard', standard], ['tutorial', tutorial]] as const) {
    it(`${name}: crops lie inside the image, in whole pixels, within the bounds of area and ratio`, () => {
      for (const size of [{ width: 224, height: 224 }, { width: 300, height: 200 }]) {
        for (const { left, top, width, height } of crops(size, preset)) {
          assert.ok([left, top, width, height].every(Number.isInteger));
          assert.ok(left >= 0 && top >= 0 && left + width <= size.width && top + height <= size.height);
          const share = (width * height) / (size.width * size.height);
          assert.ok(share > preset.scale[0] * 0.97 && share <= 1, `share ${share}`);
          assert.ok(width / height > 0.73 && width / height < 1.37, `${width} x ${height}`);
        }
      }
    });
  }

  it('places small crops evenly and draws their ratio evenly in its logarithm', () => {
    const small = crops({ width: 1000, height: 1000 }, { scale: [0.1, 0.1], ratio: [3 / 4, 4 / 3], flip: 0 });
    assert.ok(Math.abs(mean(small.map(({ left, width }) => left / (1000 - width))) - 0.5) < 0.02);
    assert.ok(Math.abs(mean(small.map(({ top, height }) => top / (1000 - height))) - 0.5) < 0.02);
    assert.ok(Math.abs(mean(small.map(({ width, height }) => Math.log(width / height)))) < 0.01);
    const wide = small.filter(({ width, height }) => Math.log(width / height) > Math.log(4 / 3) / 2).length / small.length;
    assert.ok(Math.abs(wide - 0.25) < 0.03, `share of wide crops ${wide}`);
  });

  it('keeps a share of the area that is even over its range, where crops of every ratio fit', () => {
    const shares = crops({ width: 1000, height: 1000 }, { scale: [0.2, 0.5], ratio: [3 / 4, 4 / 3], flip: 0 }).map(({ width, height }) => (width * height) / 1e6);
    for (const [quarter, edge] of [0.275, 0.35, 0.425].entries()) {
      const below = shares.filter((share) => share < edge).length / shares.length;
      assert.ok(Math.abs(below - (quarter + 1) / 4) < 0.03, `below ${edge}: ${below}`);
    }
  });

  it('falls back to the central crop of the nearest ratio when nothing fits, as torchvision does', () => {
    for (const box of crops({ width: 1000, height: 10 }, standard, 20)) assert.deepEqual(box, { left: 493, top: 0, width: 13, height: 10 });
    for (const box of crops({ width: 10, height: 1000 }, standard, 20)) assert.deepEqual(box, { left: 0, top: 493, width: 10, height: 13 });
    const whole = { scale: [4, 4], ratio: [3 / 4, 4 / 3], flip: 0 } as const;
    assert.deepEqual(crops({ width: 8, height: 8 }, whole, 1), [{ left: 0, top: 0, width: 8, height: 8 }]);
  });
});

describe('augmentImage', () => {
  const data = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * 7919) % 251);
  const image: RgbImage = { data, width: 40, height: 30 };

  it('resizes the pixels of the crop alone, then flips half of the images', () => {
    let flipped = 0;
    for (let i = 0; i < 400; i++) {
      const key = createRandomKey(9, i);
      const { left, top, width, height } = drawCrop(image, standard, key);
      const rows = Array.from({ length: height }, (_, y) => [...data.subarray(((top + y) * 40 + left) * 3, ((top + y) * 40 + left + width) * 3)]);
      const upright = resizePil({ data: Uint8Array.from(rows.flat()), width, height }, { width: 16, height: 16, resample: 'bilinear' }).data;
      const mirrored = new Uint8Array(upright.length);
      for (let y = 0; y < 16; y++) for (let x = 0; x < 16; x++) for (let c = 0; c < 3; c++) mirrored[(y * 16 + x) * 3 + c] = upright[(y * 16 + 15 - x) * 3 + c]!;
      const out = augmentImage(image, { preset: standard, size: 16, key }).data;
      const isFlipped = Buffer.compare(out, mirrored) === 0;
      assert.ok(isFlipped || Buffer.compare(out, upright) === 0);
      flipped += Number(isFlipped);
    }
    assert.ok(Math.abs(flipped - 200) < 40, `${flipped} of 400 flipped`);
  });

  it('leaves the image it was given untouched', () => {
    const copy = Uint8Array.from(data);
    for (let i = 0; i < 20; i++) augmentImage(image, { preset: { scale: [1, 1], ratio: [4 / 3, 4 / 3], flip: 1 }, size: 30, key: createRandomKey(1, i) });
    assert.deepEqual(data, copy);
  });
});
