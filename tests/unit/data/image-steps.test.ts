import assert from 'node:assert/strict';
import { augmentPresets, noImageSteps, parseExperimentConfig } from '@eyegazer/core';
import { blur, createPreparation, cropToDisc, maskCircle, prepareImage, subtractLocalMean } from '@eyegazer/data';
import { fitImage, parsePreprocessorConfig, type RgbImage } from '@eyegazer/formats';

/** A red disc on nearly black, as a camera gives it. */
function drawDisc({ width, height, x, y, radius }: { width: number; height: number; x: number; y: number; radius: number }): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let row = 0, p = 0; row < height; row++) {
    for (let column = 0; column < width; column++, p += 3) {
      const isInside = (column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2 < radius ** 2;
      data.set(isInside ? [150, 70, 30] : [(row + column) % 5, 2, 1], p);
    }
  }
  return { data, width, height };
}
const pixel = ({ data, width }: RgbImage, x: number, y: number): number[] => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];

describe('cropToDisc', () => {
  it('cuts to the square around the disc, wherever it lies', () => {
    const out = cropToDisc(drawDisc({ width: 300, height: 200, x: 180, y: 90, radius: 70 }));
    assert.ok(Math.abs(out.width - 140) <= 6 && out.width === out.height, `${out.width} x ${out.height}`);
    const middle = Math.floor(out.width / 2);
    assert.deepEqual(pixel(out, middle, 3), [150, 70, 30]);
    assert.deepEqual(pixel(out, 3, middle), [150, 70, 30]);
    assert.ok(pixel(out, 3, 3).every((value) => value < 8));
  });

  it('keeps a disc round that the camera cut off: black above and below', () => {
    const out = cropToDisc(drawDisc({ width: 300, height: 120, x: 150, y: 60, radius: 90 }));
    assert.ok(Math.abs(out.width - 180) <= 6 && out.width === out.height);
    assert.deepEqual(pixel(out, 90, 2), [0, 0, 0]);
    assert.deepEqual(pixel(out, 90, 90), [150, 70, 30]);
  });

  it('is not led astray by bright specks, and leaves alone what shows no disc', () => {
    const disc = drawDisc({ width: 300, height: 200, x: 150, y: 100, radius: 80 });
    const specked = { ...disc, data: disc.data.slice() };
    for (const at of [3, 299 * 3, 199 * 300 * 3 + 9]) specked.data.fill(255, at, at + 3);
    assert.deepEqual(cropToDisc(specked), cropToDisc(disc));
    for (const value of [0, 255]) {
      const plain = { width: 40, height: 30, data: new Uint8Array(40 * 30 * 3).fill(value) };
      const { width, height } = cropToDisc(plain);
      assert.deepEqual([width, height], value === 0 ? [40, 30] : [40, 40]);
    }
  });
});

describe('cropToDisc of a strip', () => {
  it('makes no square of it: of a panorama that would be gigabytes', () => {
    for (const [width, height] of [[20_000, 100], [100, 20_000]] as const) {
      const strip = { width, height, data: new Uint8Array(width * height * 3).fill(200) };
      assert.equal(cropToDisc(strip), strip);
    }
  });
});

describe('maskCircle', () => {
  it('blackens outside of 95 % of the radius, and nothing inside', () => {
    const image = { width: 100, height: 100, data: new Uint8Array(30_000).fill(200) };
    maskCircle(image);
    for (let y = 0; y < 100; y++) {
      for (let x = 0; x < 100; x++) {
        const isInside = Math.hypot(x + 0.5 - 50, y + 0.5 - 50) <= 47.5;
        assert.deepEqual(pixel(image, x, y), Array<number>(3).fill(isInside ? 200 : 0), `${x}, ${y}`);
      }
    }
  });
});

describe('subtractLocalMean', () => {
  const [width, height] = [90, 70];
  const image: RgbImage = { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.imul(i, 2654435761) >>> 24) & 255) };

  it('blurs nearly as a Gaussian does, of the same standard deviation', () => {
    for (const sigma of [2.5, 6]) {
      // A single bright pixel shows the kernel.
      const dot = { width, height, data: new Uint8Array(width * height * 3) };
      dot.data.fill(255, (35 * width + 45) * 3, (35 * width + 45) * 3 + 3);
      const spread = blur(dot, sigma);
      let [sum, square] = [0, 0];
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
        const value = spread[(y * width + x) * 3 + 1]!;
        sum += value;
        square += value * (x - 45) ** 2;
        const gauss = (255 / (2 * Math.PI * sigma ** 2)) * Math.exp(-((x - 45) ** 2 + (y - 35) ** 2) / (2 * sigma ** 2));
        assert.ok(Math.abs(value - gauss) < 0.1 * (255 / (2 * Math.PI * sigma ** 2)), `${value} at ${x}, ${y}, expected ${gauss}`);
      }
      assert.ok(Math.abs(sum - 255) < 0.01);
      assert.ok(Math.abs(Math.sqrt(square / sum) - sigma) < 0.2, `${Math.sqrt(square / sum)}`);
    }
  });

  it('leaves no trace of how bright an even image is', () => {
    for (const value of [0, 40, 255]) {
      const even = subtractLocalMean({ width: 60, height: 60, data: new Uint8Array(10_800).fill(value) });
      assert.ok(even.data.every((each) => each === 128));
    }
  });

  it('is four times the difference to the blurred image, around mid grey, clipped', () => {
    const mean = blur(image, 70 / 60);
    const out = subtractLocalMean(image);
    out.data.forEach((value, i) => assert.ok(Math.abs(value - Math.min(255, Math.max(0, 4 * (image.data[i]! - mean[i]!) + 128))) <= 0.501));
  });
});

describe('steps before the preprocessing', () => {
  const preprocessor = { ...parsePreprocessorConfig({}, 'p.json'), size: { width: 32, height: 32 } };
  const disc = drawDisc({ width: 300, height: 200, x: 180, y: 90, radius: 70 });

  it('are none unless asked for: evaluation stays what the image processor makes', () => {
    assert.deepEqual(prepareImage(disc, createPreparation(preprocessor, null)), fitImage(disc, preprocessor));
  });

  it('fill the model\'s image with the disc, in training and evaluation alike, and leave the original alone', () => {
    const copy = disc.data.slice();
    const steps = { cropToDisc: true, localMean: false, circularMask: true };
    const evaluated = prepareImage(disc, createPreparation(preprocessor, null, steps));
    const trained = prepareImage(disc, createPreparation(preprocessor, augmentPresets.standard, steps));
    assert.deepEqual([evaluated.width, evaluated.height, trained.width, trained.height], [32, 32, 46, 46]);
    for (const image of [evaluated, trained]) {
      const half = image.width / 2;
      assert.deepEqual(pixel(image, half, half), [150, 70, 30]);
      assert.deepEqual(pixel(image, half, Math.round(0.08 * image.width)), [150, 70, 30]);
      assert.deepEqual(pixel(image, 1, 1), [0, 0, 0]);
    }
    const even = prepareImage(disc, createPreparation(preprocessor, null, { ...noImageSteps, cropToDisc: true, localMean: true }));
    assert.deepEqual(pixel(even, 16, 16), [128, 128, 128]);
    assert.deepEqual(disc.data, copy);
  });

  it('need the disc to mask it', () => {
    assert.throws(() => parseExperimentConfig({ dataset: 'd', images: { circularMask: true } }), { code: 'BAD_CONFIG', message: /images\.circularMask: expected false without images\.cropToDisc/ });
    assert.deepEqual(parseExperimentConfig({ dataset: 'd', images: { cropToDisc: true, circularMask: true } }).images, { cropToDisc: true, localMean: false, circularMask: true });
    assert.deepEqual(parseExperimentConfig({ dataset: 'd' }).images, noImageSteps);
  });
});
