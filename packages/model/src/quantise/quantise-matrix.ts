/**
 * Frozen matrices in 4 or 8 bits: w = scale * (level - zeroLevel), one scale for each square tile. Square, because a product
 * wants blocks that share a scale along the axis it sums over, and forward (x W^T) and backward (dy W) sum over different
 * axes: with square tiles both read the very same numbers, and the gradient is that of the function that is computed.
 */
import type { QuantisedBits } from '../graph/graph.js';

export interface QuantisedMatrix {
  rows: number;
  columns: number;
  bits: QuantisedBits;
  block: number;
  /** 0 ... 2^bits - 1. Shape: [rows, columns] */
  levels: Uint8Array;
  /** Of either sign. Shape: [ceil(rows / block), ceil(columns / block)] */
  scales: Float32Array;
}

/** The level that stands for zero. */
export function zeroLevel(bits: QuantisedBits): number {
  return 2 ** (bits - 1);
}

/**
 * Shares of a tile's largest magnitude that the levels are tried to span. Few levels are better spent on the many small
 * numbers, at the price of cutting the few large ones; 256 levels reach both.
 */
const spans = { 4: [1, 0.92, 0.85, 0.78, 0.71, 0.64, 0.57, 0.5], 8: [1] } as const;

/** Rounds each tile to the levels that leave the smallest squared error. Shape: values [rows, columns]. */
export function quantiseMatrix(values: Float32Array, { rows, columns, bits, block }: Omit<QuantisedMatrix, 'levels' | 'scales'>): QuantisedMatrix {
  const columnTiles = Math.ceil(columns / block);
  const scales = new Float32Array(Math.ceil(rows / block) * columnTiles);
  const levels = new Uint8Array(rows * columns);
  const tile = new Float32Array(block * block);
  const zero = zeroLevel(bits);
  for (let top = 0, index = 0; top < rows; top += block) {
    const height = Math.min(block, rows - top);
    for (let left = 0; left < columns; left += block, index++) {
      const width = Math.min(block, columns - left);
      for (let i = 0; i < height; i++) tile.set(values.subarray((top + i) * columns + left, (top + i) * columns + left + width), i * width);
      const scale = findScale(tile.subarray(0, height * width), bits);
      const inverse = 1 / scale;
      scales[index] = scale;
      for (let i = 0; i < height; i++) {
        const start = (top + i) * columns + left;
        for (let j = 0; j < width; j++) levels[start + j] = levelOf(tile[i * width + j]!, inverse, zero);
      }
    }
  }
  return { rows, columns, bits, block, levels, scales };
}

/** Zero has as many levels below as above plus one: the scale's sign gives that one to the largest magnitude. */
function findScale(tile: Float32Array, bits: QuantisedBits): number {
  let largest = 0;
  for (const value of tile) if (Math.abs(value) > Math.abs(largest)) largest = value;
  if (largest === 0) return 1;
  let best = 0;
  let bestError = Infinity;
  for (const span of spans[bits]) {
    const scale = Math.fround((-span * largest) / zeroLevel(bits));
    const error = spans[bits].length === 1 ? 0 : squaredError(tile, scale, bits);
    if (error < bestError) [best, bestError] = [scale, error];
  }
  return best;
}

function squaredError(tile: Float32Array, scale: number, bits: QuantisedBits): number {
  const zero = zeroLevel(bits);
  const inverse = 1 / scale;
  let total = 0;
  for (let i = 0; i < tile.length; i++) {
    const value = tile[i]!;
    const error = value - scale * (levelOf(value, inverse, zero) - zero);
    total += error * error;
  }
  return total;
}

/** Rounds to the nearest level: what lies below the first one is cut by `| 0`, which goes towards zero. */
function levelOf(value: number, inverseScale: number, zero: number): number {
  const level = (value * inverseScale + zero + 0.5) | 0;
  return level < 0 ? 0 : level < 2 * zero ? level : 2 * zero - 1;
}
