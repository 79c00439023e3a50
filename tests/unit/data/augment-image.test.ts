import assert from 'node:assert/strict';
import { augmentPresets, createRandomKey, resolveAugmentation, augmentSchema, type Augmentation } from '@eyegazer/core';
import { adjustColour, augmentImage, drawCrop, drawView, mapView, sampleAffine, type CropBox } from '@eyegazer/data';
import { createPixelScale, parsePreprocessorConfig, pixelsFromRgb, type PixelScale, type RgbImage } from '@eyegazer/formats';

const { standard, tutorial } = augmentPresets;
const crops = (size: { width: number; height: number }, preset: Pick<Augmentation, 'scale' | 'ratio'>, count = 4000): CropBox[] =>
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
    const small = crops({ width: 1000, height: 1000 }, { scale: [0.1, 0.1], ratio: [3 / 4, 4 / 3] });
    assert.ok(Math.abs(mean(small.map(({ left, width }) => left / (1000 - width))) - 0.5) < 0.02);
    assert.ok(Math.abs(mean(small.map(({ top, height }) => top / (1000 - height))) - 0.5) < 0.02);
    assert.ok(Math.abs(mean(small.map(({ width, height }) => Math.log(width / height)))) < 0.01);
    const wide = small.filter(({ width, height }) => Math.log(width / height) > Math.log(4 / 3) / 2).length / small.length;
    assert.ok(Math.abs(wide - 0.25) < 0.03, `share of wide crops ${wide}`);
  });

  it('keeps a share of the area that is even over its range, where crops of every ratio fit', () => {
    const shares = crops({ width: 1000, height: 1000 }, { scale: [0.2, 0.5], ratio: [3 / 4, 4 / 3] }).map(({ width, height }) => (width * height) / 1e6);
    for (const [quarter, edge] of [0.275, 0.35, 0.425].entries()) {
      const below = shares.filter((share) => share < edge).length / shares.length;
      assert.ok(Math.abs(below - (quarter + 1) / 4) < 0.03, `below ${edge}: ${below}`);
    }
  });

  it('falls back to the central crop of the nearest ratio when nothing fits, as torchvision does', () => {
    for (const box of crops({ width: 1000, height: 10 }, standard, 20)) assert.deepEqual(box, { left: 493, top: 0, width: 13, height: 10 });
    for (const box of crops({ width: 10, height: 1000 }, standard, 20)) assert.deepEqual(box, { left: 0, top: 493, width: 10, height: 13 });
      });
});

describe('drawCrop of the whole area', () => {
  it('keeps the whole image, whatever its shape', () => {
    const whole = { scale: [1, 1], ratio: [3 / 4, 4 / 3] } as const;
    assert.deepEqual(crops({ width: 80, height: 9 }, whole, 1), [{ left: 0, top: 0, width: 80, height: 9 }]);
  });
});

describe('drawView', () => {
  const views = (augmentation: Augmentation) => Array.from({ length: 4000 }, (_, i) => drawView({ width: 60, height: 40 }, augmentation, createRandomKey(5, i)));
  const still: Augmentation = { scale: [1, 1], ratio: [1, 1], flip: 0, verticalFlip: 0, rotation: 0, brightness: 0, contrast: 0, saturation: 0 };

  it('draws flips as often as asked for, angles and factors evenly within their bounds, independent of each other', () => {
    const drawn = views({ ...augmentPresets.fundus, flip: 0.25, verticalFlip: 0.5, rotation: 90 });
    assert.ok(Math.abs(mean(drawn.map(({ flip }) => Number(flip))) - 0.25) < 0.03);
    assert.ok(Math.abs(mean(drawn.map(({ verticalFlip }) => Number(verticalFlip))) - 0.5) < 0.03);
    assert.ok(Math.abs(mean(drawn.map(({ flip, verticalFlip }) => Number(flip && verticalFlip))) - 0.125) < 0.03);
    const degrees = drawn.map((view) => view.degrees);
    assert.ok(degrees.every((angle) => Math.abs(angle) <= 90));
    assert.ok(Math.abs(mean(degrees)) < 4 && Math.abs(mean(degrees.map(Math.abs)) - 45) < 2);
    for (const [kind, most] of [['brightness', 0.2], ['contrast', 0.2], ['saturation', 0.1]] as const) {
      const factors = drawn.map(({ colours }) => colours.find((step) => step.kind === kind)!.factor);
      assert.ok(factors.every((factor) => Math.abs(factor - 1) <= most));
      assert.ok(Math.abs(mean(factors) - 1) < most / 20 && Math.abs(mean(factors.map((factor) => Math.abs(factor - 1))) - most / 2) < most / 20);
    }
  });

  it('draws the order of the colour steps, all six equally often', () => {
    const orders = new Map<string, number>();
    for (const { colours } of views(augmentPresets.fundus)) {
      const order = colours.map(({ kind }) => kind[0]).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    assert.equal(orders.size, 6);
    for (const [order, count] of orders) assert.ok(Math.abs(count / 4000 - 1 / 6) < 0.02, `${order}: ${count} of 4000`);
  });

  it('leaves out what is not asked for', () => {
    const [view] = views(still);
    assert.deepEqual({ ...view, degrees: Math.abs(view!.degrees) }, { degrees: 0, crop: { left: 0, top: 0, width: 60, height: 40 }, flip: false, verticalFlip: false, colours: [] });
  });
});

describe('augmentImage', () => {
  const image: RgbImage = { data: Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * 7919) % 251), width: 40, height: 30 };
  const preprocessor = { ...parsePreprocessorConfig({ image_mean: [0.4, 0.5, 0.6], image_std: [0.2, 0.3, 0.4] }, 'p.json'), size: { width: 16, height: 16 } };
  const scale = createPixelScale(preprocessor);
  const unscaled: PixelScale = [{ factor: 1, shift: 0 }, { factor: 1, shift: 0 }, { factor: 1, shift: 0 }];

  it('samples the drawn view, changes its colours in the drawn order, and normalises', () => {
    const out = new Float32Array(3 * 16 * 16);
    for (let i = 0; i < 20; i++) {
      const key = createRandomKey(9, i);
      augmentImage(image, { augmentation: augmentPresets.fundus, size: 16, key, scale, out, offset: 0 });
      const view = drawView(image, augmentPresets.fundus, key);
      const expected = new Float32Array(out.length);
      sampleAffine(image, { map: mapView(view, image, 16), size: 16, scale: unscaled, out: expected, offset: 0 });
      for (const step of view.colours) adjustColour(step, { pixels: expected, offset: 0, plane: 256, scale: unscaled });
      expected.forEach((value, at) => {
        const channel = Math.floor(at / 256);
        const normalised = (value / 255 - preprocessor.imageMean[channel]!) / preprocessor.imageStd[channel]!;
        assert.ok(Math.abs(out[at]! - normalised) < 1e-5, `${out[at]} at ${at}, expected ${normalised}`);
      });
    }
  });

  it('gives the pixels of evaluation where nothing varies and the size is right, and leaves the image untouched', () => {
    const square = { data: image.data.slice(0, 16 * 16 * 3), width: 16, height: 16 };
    const copy = square.data.slice();
    const [out, expected] = [new Float32Array(768), new Float32Array(768)];
    const augmentation = resolveAugmentation(augmentSchema.parse({ preset: 'none', flip: 0 }))!;
    augmentImage(square, { augmentation, size: 16, key: createRandomKey(1), scale, out, offset: 0 });
    pixelsFromRgb(square, preprocessor, expected);
    out.forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-6));
    assert.deepEqual(square.data, copy);
  });
});
