/**
 * A quantised matrix as ONNX Runtime's `MatMulNBits` takes the right side of x W^T: for each row of W, blocks along the row.
 * Transposed, W stands for the matrix's transpose: the same levels and scales in another order.
 * Format: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits
 */
import type { QuantisedForm } from '../graph/graph.js';
import { zeroLevel, type QuantisedMatrix } from './quantise-matrix.js';

/** [rows of W, blocks in a row, bytes of a block] for levels, [rows of W, blocks in a row] for scales. */
export function packedShape({ kind, bits, block, matrix: [rows, columns], transposed }: Omit<QuantisedForm, 'factor'>): number[] {
  const [N, K] = transposed ? [columns, rows] : [rows, columns];
  const blocks = Math.ceil(K / block);
  return kind === 'scales' ? [N, blocks] : [N, blocks, (block * bits) / 8];
}

/** Levels as bytes, two to a byte in 4 bits, the earlier one in the lower half. Blocks that jut out are filled with zero. */
export function packLevels(quantised: QuantisedMatrix, transposed: boolean): Uint8Array {
  const { rows, columns, bits, block, levels } = quantised;
  const [N, K] = transposed ? [columns, rows] : [rows, columns];
  const width = Math.ceil(K / block) * block;
  const zero = zeroLevel(bits);
  const packed = new Uint8Array((N * width * bits) / 8).fill(bits === 8 ? zero : zero * 17);
  // Tile by tile: a transposition that strides through the whole matrix misses the cache at each step.
  for (let top = 0; top < N; top += block) {
    for (let left = 0; left < K; left += block) {
      for (let n = top; n < Math.min(N, top + block); n++) {
        for (let k = left; k < Math.min(K, left + block); k++) {
          const level = levels[transposed ? k * columns + n : n * columns + k]!;
          if (bits === 8) packed[n * width + k] = level;
          else setHalf(packed, n * width + k, level);
        }
      }
    }
  }
  return packed;
}

/** One scale for each block of each row, times the factor. */
export function packScales(quantised: QuantisedMatrix, { transposed, factor }: Pick<QuantisedForm, 'transposed' | 'factor'>): Float32Array {
  const { rows, columns, block, scales } = quantised;
  const columnTiles = Math.ceil(columns / block);
  const [N, K] = transposed ? [columns, rows] : [rows, columns];
  const blocks = Math.ceil(K / block);
  const packed = new Float32Array(N * blocks);
  for (let n = 0; n < N; n++) {
    const tile = Math.floor(n / block);
    for (let b = 0; b < blocks; b++) packed[n * blocks + b] = factor * scales[transposed ? b * columnTiles + tile : tile * columnTiles + b]!;
  }
  return packed;
}

function setHalf(packed: Uint8Array, index: number, level: number): void {
  const byte = index >> 1;
  packed[byte] = index % 2 === 0 ? (packed[byte]! & 0xf0) | level : (packed[byte]! & 0x0f) | (level << 4);
}
