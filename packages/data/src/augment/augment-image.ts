import { randomUniform, type RandomKey } from '@eyegazer/core';
import { resizePil, type RgbImage } from '@eyegazer/formats';
import type { AugmentPreset } from './augment-presets.js';
import { drawCrop, type CropBox } from './draw-crop.js';

const flipCounter = 40; // after those of drawCrop

/**
 * A random crop, resized (Pillow's antialiased bilinear, on the crop's own pixels, as torchvision does) and sometimes flipped.
 * Everything random comes from the key. Shape: [H, W, 3] -> [size, size, 3].
 */
export function augmentImage(image: RgbImage, options: { preset: AugmentPreset; size: number; key: RandomKey }): RgbImage {
  const { preset, size, key } = options;
  const crop = cropImage(image, drawCrop(image, preset, key));
  const resized = resizePil(crop, { width: size, height: size, resample: 'bilinear' });
  return randomUniform(key, flipCounter) < preset.flip ? flipImage(resized) : resized;
}

function cropImage(image: RgbImage, { left, top, width, height }: CropBox): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { data, width, height };
}

/** Left to right; never writes into the image it was given. */
function flipImage({ data, width, height }: RgbImage): RgbImage {
  const out = new Uint8Array(data.length);
  for (let y = 0, o = 0; y < height; y++) {
    for (let p = ((y + 1) * width - 1) * 3; o < (y + 1) * width * 3; p -= 3, o += 3) {
      out[o] = data[p]!;
      out[o + 1] = data[p + 1]!;
      out[o + 2] = data[p + 2]!;
    }
  }
  return { data: out, width, height };
}
