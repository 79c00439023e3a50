import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { adjustColour, mapView, sampleAffine, type ColourStep, type View } from '@eyegazer/data';
import type { PixelScale, RgbImage } from '@eyegazer/formats';

interface Fixture {
  width: number;
  height: number;
  size: number;
  rgb: string;
  views: (Omit<View, 'colours'> & { values: string; pillow: string })[];
  colours: (ColourStep & { values: string })[];
}

const fixture = JSON.parse(readFileSync(new URL('../../fixtures/augmented-views.json', import.meta.url), 'utf8')) as Fixture;
const { width, height, size } = fixture;
const image: RgbImage = { width, height, data: new Uint8Array(Buffer.from(fixture.rgb, 'base64')) };
const unscaled: PixelScale = [{ factor: 1, shift: 0 }, { factor: 1, shift: 0 }, { factor: 1, shift: 0 }];
const floatsOf = (text: string): Float32Array => new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);

function assertClose(actual: Float32Array, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) <= tolerance, `value ${i}: ${value}, expected ${expected[i]}`));
}

describe('views of an image', () => {
  for (const { values, pillow, ...view } of fixture.views) {
    it(`are those of separate steps, and Pillow's but for its rounding: ${JSON.stringify(view)}`, () => {
      const out = new Float32Array(5 + 3 * size * size);
      sampleAffine(image, { map: mapView(view, image, size), size, scale: unscaled, out, offset: 5 });
      assertClose(out.subarray(5), floatsOf(values), 255 / 2048); // places are rounded to 1 / 2048 of a pixel
      const byPillow = Buffer.from(pillow, 'base64');
      assertClose(out.subarray(5), Array.from({ length: 3 * size * size }, (_, i) => byPillow[(i % (size * size)) * 3 + Math.floor(i / (size * size))]!), 1 + 255 / 2048);
      assert.deepEqual([...out.subarray(0, 5)], [0, 0, 0, 0, 0]);
    });
  }
});

describe('sampleAffine', () => {
  it('gives the image itself, scaled, through the map that changes nothing', () => {
    const side = Math.min(width, height);
    const map = { x: { perColumn: 1, perRow: 0, start: 0 }, y: { perColumn: 0, perRow: 1, start: 0 } };
    const scale: PixelScale = [{ factor: 1, shift: 0 }, { factor: 0.5, shift: 1 }, { factor: -1, shift: 2 }];
    const out = new Float32Array(3 * side * side);
    sampleAffine(image, { map, size: side, scale, out, offset: 0 });
    out.forEach((value, i) => {
      const [channel, y, x] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
      const { factor, shift } = scale[channel]!;
      assert.equal(value, image.data[(y * width + x) * 3 + channel]! * factor + shift);
    });
  });

  it('samples images of one pixel, one row and one column', () => {
    for (const [w, h] of [[1, 1], [5, 1], [1, 5]] as const) {
      const thin = { width: w, height: h, data: new Uint8Array(w * h * 3).fill(200) };
      const out = new Float32Array(3 * 16);
      sampleAffine(thin, { map: mapView({ degrees: 0, crop: { left: 0, top: 0, width: w, height: h }, flip: true, verticalFlip: false }, thin, 4), size: 4, scale: unscaled, out, offset: 0 });
      assert.deepEqual([...out], Array<number>(48).fill(200));
    }
  });
});

describe('adjustColour', () => {
  for (const { values, ...step } of fixture.colours) {
    it(`follows torchvision: ${step.kind} by ${step.factor}`, () => {
      const plane = width * height;
      const pixels = Float32Array.from({ length: 2 + 3 * plane }, (_, i) => (i < 2 ? -7 : image.data[((i - 2) % plane) * 3 + Math.floor((i - 2) / plane)]!));
      adjustColour(step, { pixels, offset: 2, plane, scale: unscaled });
      assertClose(pixels.subarray(2), floatsOf(values), 1e-4);
      assert.deepEqual([...pixels.subarray(0, 2)], [-7, -7]);
    });
  }
});
