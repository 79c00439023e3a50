import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { IndexedImage } from '@eyegazer/core';
import type { RgbImage } from '@eyegazer/formats';
import { describeLook } from './describe-look.js';
import { perceptualHash } from './perceptual-hash.js';
import { thinImage } from './thin-image.js';

/**
 * What an import notes of an image's pixels: `pixels`, a digest that is the same for the same pixels; `hash`, 256 bits in
 * hexadecimal of which few differ between images that look alike; `look`, the numbers that `lookFeatures` names.
 */
export function analyseImage(image: RgbImage): Pick<IndexedImage, 'pixels' | 'hash' | 'look'> {
  const { width, height } = image;
  const thinned = thinImage(image);
  return { pixels: digestPixels(image, thinned), hash: perceptualHash(thinned), look: describeLook(thinned, { width, height }) };
}

/**
 * sha256 of the size, the CRC-32 of all values, and the values of a regular part of the pixels. Two pictures that differ share it
 * when that whole part is equal and the checksums happen to be, one time in four billion; the sha256 of all 15 MB of a photograph
 * of 5 megapixels would take a third of the time of decoding it.
 */
function digestPixels({ data, width, height }: RgbImage, thinned: RgbImage): string {
  return createHash('sha256').update(`${width}x${height} ${crc32(data)}\n`).update(thinned.data).digest('hex');
}
