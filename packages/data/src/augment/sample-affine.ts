import type { PixelScale, RgbImage } from '@eyegazer/formats';

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

export interface SampleOptions {
  readonly map: AffineMap;
  /** Side of the square to give. */
  readonly size: number;
  /** What becomes of the sampled values, which go from 0 to 255. */
  readonly scale: PixelScale;
  readonly out: Float32Array;
  readonly offset: number;
}

/** Places in the source are whole numbers of 1 / 2048 of a pixel: the products of two weights and a value fit into 32 bits. */
const fractionBits = 11;
const one = 1 << fractionBits;

/**
 * Samples an image bilinearly through a map into `out` from `offset` on, black where the map leaves the image: Pillow's
 * `Image.transform(AFFINE, BILINEAR)` before rounding, at places rounded to 1 / 2048 of a pixel.
 * Shape: [H, W, 3] uint8 -> [3, size, size] float32
 */
export function sampleAffine(image: RgbImage, options: SampleOptions): void {
  const { data, width, height } = image;
  const { map, size, scale, out, offset } = options;
  const rowLength = width * 3;
  const plane = size * size;
  const [red, green, blue] = scale;
  const unit = 1 / (one * one);
  const [redFactor, greenFactor, blueFactor] = [red.factor * unit, green.factor * unit, blue.factor * unit];
  const [redShift, greenShift, blueShift] = [red.shift, green.shift, blue.shift];
  const [stepX, stepY] = [map.x.perColumn * one, map.y.perColumn * one];
  for (let row = 0; row < size; row++) {
    const startX = (map.x.start + map.x.perRow * row) * one + 0.5;
    const startY = (map.y.start + map.y.perRow * row) * one + 0.5;
    const [fromX, toX] = findInside({ start: startX, step: stepX, end: (width - 1) * one, size });
    const [fromY, toY] = findInside({ start: startY, step: stepY, end: (height - 1) * one, size });
    const from = Math.max(fromX, fromY);
    const to = Math.max(from, Math.min(toX, toY));
    let o = offset + row * size + from;
    // All four neighbours lie inside.
    for (let column = from; column < to; column++, o++) {
      const x = (startX + stepX * column) | 0;
      const y = (startY + stepY * column) | 0;
      const right = x & (one - 1);
      const bottom = y & (one - 1);
      const p = (Math.imul(y >> fractionBits, rowLength) + Math.imul(x >> fractionBits, 3)) | 0;
      const q = (p + rowLength) | 0;
      const w11 = Math.imul(right, bottom);
      const w01 = ((right << fractionBits) - w11) | 0;
      const w10 = ((bottom << fractionBits) - w11) | 0;
      const w00 = (one * one - (right << fractionBits) - w10) | 0;
      const r = (Math.imul(data[p]!, w00) + Math.imul(data[p + 3]!, w01) + Math.imul(data[q]!, w10) + Math.imul(data[q + 3]!, w11)) | 0;
      const g = (Math.imul(data[p + 1]!, w00) + Math.imul(data[p + 4]!, w01) + Math.imul(data[q + 1]!, w10) + Math.imul(data[q + 4]!, w11)) | 0;
      const b = (Math.imul(data[p + 2]!, w00) + Math.imul(data[p + 5]!, w01) + Math.imul(data[q + 2]!, w10) + Math.imul(data[q + 5]!, w11)) | 0;
      out[o] = r * redFactor + redShift;
      out[o + plane] = g * greenFactor + greenShift;
      out[o + 2 * plane] = b * blueFactor + blueShift;
    }
    for (let column = 0; column < size; column++) {
      if (column === from) column = to;
      if (column < size) sampleEdge(image, options, { row, column });
    }
  }
}

/** Columns `[from, to)` whose place lies inside `[0, end)` for certain; those beside them may too. */
function findInside({ start, step, end, size }: { start: number; step: number; end: number; size: number }): [number, number] {
  if (step === 0) return start >= 0 && start < end ? [0, size] : [0, 0];
  const [a, b] = [-start / step, (end - start) / step];
  return [Math.min(size, Math.max(0, Math.ceil(Math.min(a, b)) + 1)), Math.max(0, Math.min(size, Math.floor(Math.max(a, b)) - 1))];
}

/** A pixel near the edge of the image, or outside. */
function sampleEdge({ data, width, height }: RgbImage, { map, size, scale, out, offset }: SampleOptions, { row, column }: { row: number; column: number }): void {
  const placeX = map.x.start + map.x.perRow * row + map.x.perColumn * column;
  const placeY = map.y.start + map.y.perRow * row + map.y.perColumn * column;
  const o = offset + row * size + column;
  if (placeX < -0.5 || placeY < -0.5 || placeX >= width - 0.5 || placeY >= height - 0.5) {
    for (let channel = 0; channel < 3; channel++) out[o + channel * size * size] = scale[channel]!.shift;
    return;
  }
  const x = Math.min(Math.max(placeX, 0), width - 1);
  const y = Math.min(Math.max(placeY, 0), height - 1);
  const left = Math.floor(x);
  const top = Math.floor(y);
  const p = (top * width + left) * 3;
  const across = left < width - 1 ? 3 : 0;
  const down = top < height - 1 ? width * 3 : 0;
  for (let channel = 0; channel < 3; channel++) {
    const at = p + channel;
    const above = data[at]! + (data[at + across]! - data[at]!) * (x - left);
    const below = data[at + down]! + (data[at + down + across]! - data[at + down]!) * (x - left);
    out[o + channel * size * size] = (above + (below - above) * (y - top)) * scale[channel]!.factor + scale[channel]!.shift;
  }
}
