import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parsePreprocessorConfig, pixelsFromRgb, writePreprocessorConfig, type PreprocessorConfig } from '@eyegazer/formats';
import { needsShared, sharedPath } from '../../shared-path.js';

const half: PreprocessorConfig = {
  size: { height: 224, width: 224 }, centerCropFrom: null, resample: 'bilinear', doRescale: true, rescaleFactor: 0.00392156862745098, doNormalize: true,
  imageMean: [0.5, 0.5, 0.5], imageStd: [0.5, 0.5, 0.5],
};

describe('parsePreprocessorConfig', () => {
  it('reads the form of 2021: a number for size, no resample, no type', () => {
    const json = { do_normalize: true, do_resize: true, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], size: 224 };
    assert.deepEqual(parsePreprocessorConfig(json, 'p.json'), half);
  });

  it('reads feature_extractor_type and keys of no use here', () => {
    const json = { feature_extractor_type: 'ViTFeatureExtractor', do_convert_rgb: null, size: { height: 224, width: 224 }, resample: 2 };
    assert.deepEqual(parsePreprocessorConfig(json, 'p.json'), half);
  });

  it('reads DeiT-tiny: bicubic, ImageNet mean and std', function () {
    needsShared(this, 'models/deit-tiny');
    const json: unknown = JSON.parse(readFileSync(sharedPath('models/deit-tiny/preprocessor_config.json'), 'utf8'));
    assert.deepEqual(parsePreprocessorConfig(json, 'p.json'), {
      ...half, resample: 'bicubic', imageMean: [0.485, 0.456, 0.406], imageStd: [0.229, 0.224, 0.225],
    });
  });

  it('writes what Transformers 5.18 writes, and reads it back', () => {
    const text = writePreprocessorConfig(half);
    assert.deepEqual(JSON.parse(text), {
      do_normalize: true, do_rescale: true, do_resize: true, image_mean: [0.5, 0.5, 0.5], image_processor_type: 'ViTImageProcessor',
      image_std: [0.5, 0.5, 0.5], resample: 2, rescale_factor: 0.00392156862745098, size: { height: 224, width: 224 },
    });
    assert.deepEqual(parsePreprocessorConfig(JSON.parse(text), 'p.json'), half);
  });

  const refusals: [claim: string, json: Record<string, unknown>, path: string][] = [
    ['a crop of a ViT without the size to crop to', { do_center_crop: true }, 'crop_size'],
    ['no resize', { do_resize: false }, 'do_resize'],
    ['a shortest edge without a crop', { size: { shortest_edge: 224 } }, 'do_center_crop'],
    ['a longest edge', { size: { shortest_edge: 224, longest_edge: 300 } }, 'size.longest_edge'],
    ['padding', { do_pad: true }, 'do_pad'],
    ['an image that no memory holds', { size: 100_000 }, 'size'],
    ['a filter it does not have', { resample: 5 }, 'resample'],
    ['a std of zero', { image_std: [0.5, 0, 0.5] }, 'image_std[1]'],
    ['a grey mean', { image_mean: [0.5] }, 'image_mean'],
    ['the processor of another model', { image_processor_type: 'CLIPImageProcessor' }, 'image_processor_type'],
  ];
  for (const [claim, json, path] of refusals) {
    it(`refuses ${claim}`, () => {
      assert.throws(() => parsePreprocessorConfig(json, 'p.json'), { code: 'BAD_MODEL', path });
    });
  }
});

describe('pixelsFromRgb', () => {
  const fixture = JSON.parse(readFileSync(new URL('../../fixtures/pil-resize.json', import.meta.url), 'utf8')) as {
    images: Record<string, { width: number; height: number; rgb: string }>;
    normalised: { image: string; mean: [number, number, number]; std: [number, number, number]; chw: string };
  };
  const { image: name, mean, std, chw } = fixture.normalised;
  const { width, height, rgb } = fixture.images[name]!;
  const image = { width, height, data: new Uint8Array(Buffer.from(rgb, 'base64')) };
  const preprocessor = { ...half, size: { width, height }, imageMean: mean, imageStd: std };

  it("equals numpy's float32 arithmetic bit for bit, at any offset", () => {
    const expected = new Float32Array(new Uint8Array(Buffer.from(chw, 'base64')).buffer);
    const out = new Float32Array(expected.length + 10).fill(7);
    pixelsFromRgb(image, preprocessor, out, 5);
    assert.deepEqual(out.subarray(5, -5), expected);
    assert.deepEqual([...out.subarray(0, 5), ...out.subarray(-5)], Array(10).fill(7));
  });

  it('leaves 0..255 alone when told neither to rescale nor to normalise', () => {
    const out = new Float32Array(3 * width * height);
    pixelsFromRgb(image, { ...preprocessor, doRescale: false, doNormalize: false }, out);
    assert.equal(out[width * height + 1], image.data[4]);
  });

  it('refuses an image of another size and an array that is too short', () => {
    const out = new Float32Array(3 * width * height);
    assert.throws(() => pixelsFromRgb(image, half, out), { code: 'INTERNAL', message: /224 x 224 pixels, got 37 x 23/ });
    assert.throws(() => pixelsFromRgb(image, preprocessor, out, 1), { code: 'INTERNAL', message: /from 1 on/ });
  });
});
