/**
 * Pillow's `Image.resize` for 8-bit RGB, byte for byte: horizontal pass, then vertical on the rounded
 * result, each skipped when it would change nothing.
 *
 * Sums are 32-bit integers as in Pillow: the positive weights of the widest overshoot (Lanczos) add up to less
 * than 2, so a sum stays below 255 * 2 * 2^22 < 2^31. `Math.imul` keeps V8 from falling back to doubles.
 */
import { AppError } from '@eyegazer/core';
import { createAxisCoefficients, weightBits, type AxisCoefficients } from './axis-coefficients.js';
import { resampleFilters, type Resample } from './resample-filters.js';
import type { RgbImage } from './rgb-image.js';

export interface ResizeOptions {
  readonly width: number;
  readonly height: number;
  readonly resample: Resample;
  /** The source region [x0, y0, x1, y1] in pixels, fractions allowed; the whole image when absent. */
  readonly box?: readonly [number, number, number, number];
}

const half = 1 << (weightBits - 1);

/**
 * Resizes as `PIL.Image.resize((width, height), resample, box)` does.
 * Shape: [image.height, image.width, 3] -> [height, width, 3]. Returns the image itself when nothing changes.
 * @throws AppError BAD_REQUEST for a size that is not a positive integer or a box outside the image.
 */
export function resizePil(image: RgbImage, options: ResizeOptions): RgbImage {
  const { width, height, resample, box = [0, 0, image.width, image.height] } = options;
  checkResize(image, width, height, box);
  if (width === image.width && height === image.height && isWhole(image, box)) return image;
  if (resample === 'nearest') return pickNearest(image, width, height, box);

  const filter = resampleFilters[resample];
  const [x0, y0, x1, y1] = box.map(Math.fround) as [number, number, number, number];
  const vertical = createAxisCoefficients({ inSize: image.height, outSize: height, from: y0, to: y1 }, filter);
  let source = image;
  let firstRow = 0;
  if (width !== image.width || x0 !== 0 || x1 !== width) {
    firstRow = vertical.first[0]!;
    const lastRow = vertical.first[height - 1]! + vertical.count[height - 1]!;
    const horizontal = createAxisCoefficients({ inSize: image.width, outSize: width, from: x0, to: x1 }, filter);
    source = resampleRows(image, horizontal, { width, firstRow, lastRow });
  }
  if (height === image.height && y0 === 0 && y1 === height) return source;
  return resampleColumns(source, vertical, { height, firstRow });
}

function checkResize(image: RgbImage, width: number, height: number, box: readonly number[]): void {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new AppError('BAD_REQUEST', `Expected a size of positive integers, got ${width} x ${height}.`);
  }
  const [x0, y0, x1, y1] = box as [number, number, number, number];
  if (!(x0 >= 0 && y0 >= 0 && x1 > x0 && y1 > y0 && x1 <= image.width && y1 <= image.height)) {
    throw new AppError(
      'BAD_REQUEST',
      `Expected a box [x0, y0, x1, y1] inside the ${image.width} x ${image.height} image, got [${box.join(', ')}].`,
    );
  }
}

function isWhole(image: RgbImage, [x0, y0, x1, y1]: readonly [number, number, number, number]): boolean {
  return x0 === 0 && y0 === 0 && x1 === image.width && y1 === image.height;
}

/** Rows firstRow..lastRow of the image, each resampled to `width`. */
function resampleRows(
  image: RgbImage,
  axis: AxisCoefficients,
  { width, firstRow, lastRow }: { width: number; firstRow: number; lastRow: number },
): RgbImage {
  const { data } = image;
  const { first, count, weights, stride } = axis;
  const height = lastRow - firstRow;
  const out = new Uint8ClampedArray(width * height * 3);
  let o = 0;
  for (let y = firstRow; y < lastRow; y++) {
    const row = y * image.width * 3;
    for (let x = 0; x < width; x++) {
      let p = row + first[x]! * 3;
      let w = x * stride;
      const end = w + count[x]!;
      let red = half;
      let green = half;
      let blue = half;
      // Four at a time: a quarter faster than one by one.
      for (const last = end - 3; w < last; w += 4, p += 12) {
        const k = weights[w]!;
        const l = weights[w + 1]!;
        const m = weights[w + 2]!;
        const n = weights[w + 3]!;
        red = (red + Math.imul(data[p]!, k) + Math.imul(data[p + 3]!, l) + Math.imul(data[p + 6]!, m) + Math.imul(data[p + 9]!, n)) | 0;
        green = (green + Math.imul(data[p + 1]!, k) + Math.imul(data[p + 4]!, l) + Math.imul(data[p + 7]!, m) + Math.imul(data[p + 10]!, n)) | 0;
        blue = (blue + Math.imul(data[p + 2]!, k) + Math.imul(data[p + 5]!, l) + Math.imul(data[p + 8]!, m) + Math.imul(data[p + 11]!, n)) | 0;
      }
      for (; w < end; w++, p += 3) {
        const k = weights[w]!;
        red = (red + Math.imul(data[p]!, k)) | 0;
        green = (green + Math.imul(data[p + 1]!, k)) | 0;
        blue = (blue + Math.imul(data[p + 2]!, k)) | 0;
      }
      out[o] = red >> weightBits;
      out[o + 1] = green >> weightBits;
      out[o + 2] = blue >> weightBits;
      o += 3;
    }
  }
  return { data: new Uint8Array(out.buffer), width, height };
}

/** Every column of `image`, whose first row is row `firstRow` of the axis, resampled to `height`. */
function resampleColumns(
  image: RgbImage,
  axis: AxisCoefficients,
  { height, firstRow }: { height: number; firstRow: number },
): RgbImage {
  const { data, width } = image;
  const { first, count, weights, stride } = axis;
  const rowLength = width * 3;
  const out = new Uint8ClampedArray(rowLength * height);
  const sums = new Int32Array(rowLength); // row by row: memory is read in order
  for (let y = 0; y < height; y++) {
    sums.fill(half);
    let p = (first[y]! - firstRow) * rowLength;
    let w = y * stride;
    const end = w + count[y]!;
    for (; w < end - 3; w += 4, p += 3 * rowLength) {
      const k = weights[w]!;
      const l = weights[w + 1]!;
      const m = weights[w + 2]!;
      const n = weights[w + 3]!;
      for (let x = 0; x < rowLength; x++, p++) {
        sums[x] = sums[x]! + Math.imul(data[p]!, k) + Math.imul(data[p + rowLength]!, l) + Math.imul(data[p + 2 * rowLength]!, m) + Math.imul(data[p + 3 * rowLength]!, n);
      }
    }
    for (; w < end; w++) {
      const k = weights[w]!;
      for (let x = 0; x < rowLength; x++, p++) sums[x] = sums[x]! + Math.imul(data[p]!, k);
    }
    for (let x = 0, o = y * rowLength; x < rowLength; x++, o++) out[o] = sums[x]! >> weightBits;
  }
  return { data: new Uint8Array(out.buffer), width, height };
}

/** Pillow's nearest: coordinates are added up step by step, so that rounding falls where Pillow's does. */
function pickNearest(image: RgbImage, width: number, height: number, box: readonly number[]): RgbImage {
  const [x0, y0, x1, y1] = box.map(Math.fround) as [number, number, number, number];
  const columns = tabulateNearest(x0, Math.fround(x1 - x0) / width, width);
  const rows = tabulateNearest(y0, Math.fround(y1 - y0) / height, height);
  const data = new Uint8Array(width * height * 3);
  let o = 0;
  for (const y of rows) {
    for (const x of columns) {
      if (x < image.width && y < image.height) {
        const p = (y * image.width + x) * 3;
        data[o] = image.data[p]!;
        data[o + 1] = image.data[p + 1]!;
        data[o + 2] = image.data[p + 2]!;
      }
      o += 3;
    }
  }
  return { data, width, height };
}

function tabulateNearest(start: number, step: number, size: number): Int32Array {
  const table = new Int32Array(size);
  let position = start + step * 0.5;
  for (let i = 0; i < size; i++, position += step) table[i] = Math.trunc(position);
  return table;
}
