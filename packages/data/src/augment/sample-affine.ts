import type { RgbImage } from '@eyegazer/formats';

/** Where the pixel of a column and a row comes from: `start + perColumn * column + perRow * row`, in pixels of the source, whose first has its centre at 0. */
export interface AffineMap {
  readonly x: AffineAxis;
  readonly y: AffineAxis;
}

interface AffineAxis {
  readonly perColumn: number;
  readonly perRow: number;
  readonly start: number;
}

/**
 * Samples an image bilinearly through a map into `out` from `offset` on, black where the map leaves the image: Pillow's
 * `Image.transform(AFFINE, BILINEAR)` before rounding. Values from 0 to 255.
 * Shape: [H, W, 3] uint8 -> [3, size, size] float32
 */
export function sampleAffine(image: RgbImage, options: { map: AffineMap; size: number; out: Float32Array; offset: number }): void {
  const { data, width, height } = image;
  const { map, size, out, offset } = options;
  const rowLength = width * 3;
  const [lastX, lastY] = [width - 1, height - 1];
  const { perColumn: stepX } = map.x;
  const { perColumn: stepY } = map.y;
  const plane = size * size;
  let o = offset;
  for (let row = 0; row < size; row++) {
    const startX = map.x.start + map.x.perRow * row;
    const startY = map.y.start + map.y.perRow * row;
    for (let column = 0; column < size; column++, o++) {
      let x = startX + stepX * column;
      let y = startY + stepY * column;
      if (x < -0.5 || y < -0.5 || x >= lastX + 0.5 || y >= lastY + 0.5) {
        out[o] = 0;
        out[o + plane] = 0;
        out[o + 2 * plane] = 0;
        continue;
      }
      x = x < 0 ? 0 : x > lastX ? lastX : x;
      y = y < 0 ? 0 : y > lastY ? lastY : y;
      const left = x | 0;
      const top = y | 0;
      const right = x - left;
      const bottom = y - top;
      const p = top * rowLength + left * 3;
      const q = left < lastX ? p + 3 : p;
      const below = top < lastY ? rowLength : 0;
      const w00 = (1 - right) * (1 - bottom);
      const w01 = right * (1 - bottom);
      const w10 = (1 - right) * bottom;
      const w11 = right * bottom;
      out[o] = data[p]! * w00 + data[q]! * w01 + data[p + below]! * w10 + data[q + below]! * w11;
      out[o + plane] = data[p + 1]! * w00 + data[q + 1]! * w01 + data[p + below + 1]! * w10 + data[q + below + 1]! * w11;
      out[o + 2 * plane] = data[p + 2]! * w00 + data[q + 2]! * w01 + data[p + below + 2]! * w10 + data[q + below + 2]! * w11;
    }
  }
}
