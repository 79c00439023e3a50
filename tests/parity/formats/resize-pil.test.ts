import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resizePil, type Resample, type RgbImage } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';

interface Fixture {
  images: Record<string, { width: number; height: number; rgb: string }>;
  cases: { image: string; width: number; height: number; resample: Resample; box: [number, number, number, number] | null; rgb: string }[];
}

const fixture = JSON.parse(readFileSync(new URL('../../fixtures/pil-resize.json', import.meta.url), 'utf8')) as Fixture;

function imageOf(name: string): RgbImage {
  const { width, height, rgb } = fixture.images[name]!;
  return { width, height, data: new Uint8Array(Buffer.from(rgb, 'base64')) };
}

describe('resizePil', () => {
  it('equals Pillow 12.3.0 byte for byte on the golden bilinear images', () => {
    const golden = JSON.parse(readFileSync(fixturePath('golden/pil_bilinear.json'), 'utf8')) as Record<
      'input' | 'resized_uint8',
      { shape: [number, number, number]; data: number[] }
    >[];
    assert.equal(golden.length, 3);
    for (const { input, resized_uint8: expected } of golden) {
      const [height, width] = input.shape;
      const image = { width, height, data: Uint8Array.from(input.data) };
      const out = resizePil(image, { height: expected.shape[0], width: expected.shape[1], resample: 'bilinear' });
      assert.deepEqual([...out.data], expected.data);
    }
  });

  for (const { image, width, height, resample, box, rgb } of fixture.cases) {
    const where = box === null ? '' : ` from [${box.join(', ')}]`;
    it(`equals Pillow byte for byte: ${image} to ${width} x ${height} ${resample}${where}`, () => {
      const out = resizePil(imageOf(image), { width, height, resample, ...(box === null ? {} : { box }) });
      assert.equal(out.width, width);
      assert.equal(out.height, height);
      assert.equal(Buffer.from(out.data).toString('base64'), rgb);
    });
  }

  it('gives the image itself back when the size is already right', () => {
    const image = imageOf('noise');
    assert.equal(resizePil(image, { width: image.width, height: image.height, resample: 'bicubic' }), image);
  });

  it('rejects an empty size and a box outside the image', () => {
    const image = imageOf('noise');
    const bad = { name: 'AppError', code: 'BAD_REQUEST' };
    assert.throws(() => resizePil(image, { width: 0, height: 4, resample: 'bilinear' }), bad);
    assert.throws(() => resizePil(image, { width: 4, height: 4, resample: 'bilinear', box: [0, 0, 38, 4] }), bad);
    assert.throws(() => resizePil(image, { width: 4, height: 4, resample: 'bilinear', box: [3, 0, 3, 4] }), bad);
  });
});
