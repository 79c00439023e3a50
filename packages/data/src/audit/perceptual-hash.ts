/**
 * A hash of what is seen on an image: few of its 256 bits differ between images that look alike.
 *
 * Photographs of eyes are all one bright disc on black: hashes of 64 bits, or of the brightness itself, take many of them for
 * one (of 461,000 pairs of different eyes some had no bit between them, with 256 bits of brightness 17). So the brightness of
 * 64 x 64 fields loses its local mean, is limited to +-5 % of the image's own mean, which leaves no more weight to the disc's
 * sharp edge than to a vessel, and the bits are the signs of the 16 x 16 lowest frequencies of that (without the constant ones).
 */
import type { RgbImage } from '@eyegazer/formats';

const side = 64;
const frequencies = 16;
/** The local mean: two box means of 9 x 9 fields, one after the other. */
const radius = 4;
const limit = 0.05;
/** Below it, in grey levels, a sum is only what rounding left of an image without any detail. */
const nothing = 1e-6;

export const hashBits = frequencies * frequencies;

/** `cosines[u * side + x]`: the cosine transform's row of frequency u + 1. Its scale does not matter for signs. */
const cosines = Float64Array.from({ length: frequencies * side }, (_, i) => Math.cos((Math.PI * (2 * (i % side) + 1) * (Math.floor(i / side) + 1)) / (2 * side)));

/** @returns 256 bits in hexadecimal */
export function perceptualHash(image: RgbImage): string {
  const fields = averageFields(image);
  const mean = fields.reduce((sum, value) => sum + value, 0) / fields.length;
  const local = boxMean(boxMean(boxMean(boxMean(fields, 1), side), 1), side);
  const most = limit * mean;
  const detail = fields.map((value, i) => Math.min(Math.max(value - local[i]!, -most), most));
  const rows = new Float64Array(side * frequencies); // [y, u]
  for (let y = 0; y < side; y++) {
    for (let u = 0; u < frequencies; u++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += detail[y * side + x]! * cosines[u * side + x]!;
      rows[y * frequencies + u] = sum;
    }
  }
  let hash = '';
  let digit = 0;
  for (let bit = 0; bit < hashBits; bit++) {
    const [v, u] = [Math.floor(bit / frequencies), bit % frequencies];
    let sum = 0;
    for (let y = 0; y < side; y++) sum += rows[y * frequencies + u]! * cosines[v * side + y]!;
    digit = (digit << 1) | (sum > nothing ? 1 : 0);
    if (bit % 4 === 3) {
      hash += digit.toString(16);
      digit = 0;
    }
  }
  return hash;
}

/** Mean brightness (ITU-R 601) of 64 x 64 fields of equal area, whatever the image's size: pixels on a boundary count in part. */
function averageFields({ data, width, height }: RgbImage): Float64Array {
  const fields = new Float64Array(side * side);
  const before = new Float64Array(width + 1); // brightness of the row left of each column
  for (let y = 0; y < height; y++) {
    for (let x = 0, i = y * width * 3; x < width; x++, i += 3) {
      before[x + 1] = before[x]! + 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;
    }
    const [top, bottom] = [(y * side) / height, ((y + 1) * side) / height];
    for (let field = Math.floor(top); field < bottom; field++) {
      const share = Math.min(bottom, field + 1) - Math.max(top, field);
      let left = 0;
      for (let column = 0; column < side; column++) {
        const edge = ((column + 1) * width) / side;
        const whole = Math.floor(edge);
        const right = whole >= width ? before[width]! : before[whole]! + (edge - whole) * (before[whole + 1]! - before[whole]!);
        fields[field * side + column]! += share * (right - left);
        left = right;
      }
    }
  }
  const perField = side / width;
  return fields.map((sum) => sum * perField);
}

/** Mean of the 9 fields around each along one axis; those beyond an edge count as the one at the edge. */
function boxMean(fields: Float64Array, step: 1 | typeof side): Float64Array {
  const means = new Float64Array(fields.length);
  const across = step === 1 ? side : 1;
  for (let line = 0; line < side; line++) {
    for (let i = 0; i < side; i++) {
      let sum = 0;
      for (let k = -radius; k <= radius; k++) sum += fields[line * across + Math.min(Math.max(i + k, 0), side - 1) * step]!;
      means[line * across + i * step] = sum / (2 * radius + 1);
    }
  }
  return means;
}
