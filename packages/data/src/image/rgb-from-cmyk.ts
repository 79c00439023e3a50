import type { RgbImage } from '@eyegazer/formats';

/**
 * Pillow's `convert('RGB')` of a CMYK image, which knows no colour profiles.
 * Source: https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Convert.c (cmyk2rgb)
 * @param cmyk shape: [height, width, 4], 255 is full ink
 */
export function rgbFromCmyk(cmyk: Uint8Array, { width, height }: { width: number; height: number }): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let p = 0, o = 0; o < data.length; p += 4) {
    const light = 255 - cmyk[p + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      const product = cmyk[p + channel]! * light + 128;
      data[o++] = light - (((product >> 8) + product) >> 8);
    }
  }
  return { data, width, height };
}
