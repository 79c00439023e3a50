import type { RgbImage } from '@eyegazer/formats';

/** A pixel belongs to the disc from this share of the brightness in the middle of the image on, but never below `leastBrightness`. */
const brightShare = 0.15;
const leastBrightness = 8;
/** A row or column belongs to the disc when so much of it is bright: single bright specks do not. */
const rowShare = 0.02;
/** A smaller disc is none: the image stays as it is. */
const leastSide = 0.25;
/** Width through height, or height through width, of what is left of a disc; a longer strip is none, and its square would not fit into memory. */
const longestShape = 2;

/**
 * Cuts a photograph of a fundus to the square around its bright disc. Of a disc that the camera cuts off above and below, the
 * square's side is the width; what lies outside the image is black. Shape: [H, W, 3] -> [side, side, 3]
 */
export function cropToDisc(image: RgbImage): RgbImage {
  const { width, height } = image;
  const { rows, columns } = countBright(image);
  const [top, bottom] = findRange(rows, rowShare * width);
  const [left, right] = findRange(columns, rowShare * height);
  if (right - left < leastSide * width || bottom - top < leastSide * height) return image;
  const side = Math.max(right - left, bottom - top);
  if (side > longestShape * Math.min(right - left, bottom - top)) return image;
  return cutSquare(image, { left: Math.round((left + right - side) / 2), top: Math.round((top + bottom - side) / 2), side });
}

/** Bright pixels by row and by column. */
function countBright(image: RgbImage): { rows: Uint32Array; columns: Uint32Array } {
  const { data, width, height } = image;
  const threshold = Math.max(leastBrightness, brightShare * middleBrightness(image));
  const [rows, columns] = [new Uint32Array(height), new Uint32Array(width)];
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 3) {
      if (Math.max(data[p]!, data[p + 1]!, data[p + 2]!) < threshold) continue;
      rows[y]!++;
      columns[x]!++;
    }
  }
  return { rows, columns };
}

/** Mean of the brightest channel over the middle quarter of the image. */
function middleBrightness({ data, width, height }: RgbImage): number {
  let [sum, count] = [0, 0];
  for (let y = height >> 2; y < height - (height >> 2); y++) {
    for (let x = width >> 2; x < width - (width >> 2); x++, count++) {
      const p = (y * width + x) * 3;
      sum += Math.max(data[p]!, data[p + 1]!, data[p + 2]!);
    }
  }
  return sum / count;
}

/** From the first value above `least` to behind the last one. */
function findRange(counts: Uint32Array, least: number): [number, number] {
  const isAbove = (count: number): boolean => count > least;
  const first = counts.findIndex(isAbove);
  return first === -1 ? [0, 0] : [first, counts.findLastIndex(isAbove) + 1];
}

function cutSquare({ data, width, height }: RgbImage, { left, top, side }: { left: number; top: number; side: number }): RgbImage {
  const out = new Uint8Array(side * side * 3);
  const [fromX, toX] = [Math.max(0, left), Math.min(width, left + side)];
  for (let y = Math.max(0, top); y < Math.min(height, top + side); y++) {
    out.set(data.subarray((y * width + fromX) * 3, (y * width + toX) * 3), ((y - top) * side + fromX - left) * 3);
  }
  return { data: out, width: side, height: side };
}
