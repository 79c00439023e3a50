import { createHash } from 'node:crypto';
import type { IndexedImage } from '@eyegazer/core';
import type { RgbImage } from '@eyegazer/formats';
import { describeLook } from './describe-look.js';
import { perceptualHash } from './perceptual-hash.js';
import { thinImage } from './thin-image.js';

/**
 * What an import notes of an image's pixels: `pixels`, the sha256 of size and decoded values; `hash`, 256 bits in hexadecimal
 * of which few differ between images that look alike; `look`, the numbers that `lookFeatures` names.
 */
export function analyseImage(image: RgbImage): Pick<IndexedImage, 'pixels' | 'hash' | 'look'> {
  const { data, width, height } = image;
  const pixels = createHash('sha256').update(`${width}x${height}\n`).update(data).digest('hex');
  const thinned = thinImage(image);
  return { pixels, hash: perceptualHash(thinned), look: describeLook(thinned, { width, height }) };
}
