import { AppError } from '@eyegazer/core';
import type { PreprocessorConfig } from './preprocessor-config.js';
import type { RgbImage } from '../image/rgb-image.js';

/**
 * Rescales and normalises an image of the model's size into `out`, from `offset` on, as HF's image processor does:
 * every step rounded to float32. Shape: [H, W, 3] uint8 -> [3, H, W] float32, 3 * H * W values.
 * @throws AppError INTERNAL when the image is not of the preprocessor's size or does not fit into `out`.
 */
export function pixelsFromRgb(image: RgbImage, preprocessor: PreprocessorConfig, out: Float32Array, offset = 0): void {
  const { height, width } = preprocessor.size;
  const plane = height * width;
  if (image.width !== width || image.height !== height) {
    throw new AppError('INTERNAL', `Expected an image of ${width} x ${height} pixels, got ${image.width} x ${image.height}. Resize it first.`);
  }
  if (offset < 0 || offset + 3 * plane > out.length) {
    throw new AppError('INTERNAL', `Expected room for ${3 * plane} values from ${offset} on, got an array of ${out.length}.`);
  }
  for (let channel = 0; channel < 3; channel++) {
    const table = tabulatePixels(preprocessor, channel);
    const start = offset + channel * plane;
    for (let i = 0, p = channel; i < plane; i++, p += 3) out[start + i] = table[image.data[p]!]!;
  }
}

/** What each of the 256 values of a channel becomes. */
function tabulatePixels(preprocessor: PreprocessorConfig, channel: number): Float32Array {
  const { doRescale, rescaleFactor, doNormalize } = preprocessor;
  const mean = Math.fround(preprocessor.imageMean[channel]!);
  const std = Math.fround(preprocessor.imageStd[channel]!);
  return Float32Array.from({ length: 256 }, (_, value) => {
    const scaled = Math.fround(doRescale ? value * rescaleFactor : value);
    return doNormalize ? Math.fround(scaled - mean) / std : scaled;
  });
}
