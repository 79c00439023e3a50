/**
 * LoRA dropout without a random number inside the graph. Terminology:
 * - pool: a fixed table of mask rows; each element is 0 with probability p, else 1 / (1 - p). It depends on the width and
 *   p alone.
 * - rows: for every module, token and sample the pool row that masks it, drawn by hash of (seed, update, sample, module,
 *   token). They are an input of each step: nothing random is frozen into a graph, and the mask of a sample does not
 *   depend on the micro-batch it runs in.
 * The graph gathers the rows. Every element of a mask is Bernoulli(1 - p); two tokens share a row with probability
 * 1 / poolRows. Masks made on the host would be megabytes a sample.
 */
import { createRandomKey, threefry2x32 } from '@eyegazer/core';

/** A power of two: a row number is ten bits of a hash. */
export const dropoutPoolRows = 1024;
const rowBits = 10;
const rowsPerHash = 6;

/** The mask rows for inputs of one width. Shape: [dropoutPoolRows, width]. */
export function createDropoutPool(width: number, probability: number): Float32Array {
  const key = createRandomKey(0, 'lora-dropout-pool', width);
  const pool = new Float32Array(dropoutPoolRows * width).fill(1 / (1 - probability));
  const threshold = probability * 0x1_0000_0000;
  for (let i = 0; i < pool.length; i += 2) {
    const [first, second] = threefry2x32(key, i, 0);
    if (first < threshold) pool[i] = 0;
    if (second < threshold) pool[i + 1] = 0;
  }
  return pool;
}

export interface DropoutRowsOptions {
  seed: number;
  /** Zero-based optimizer update. */
  update: number;
  /** What names a sample within the update; its length may be below `batch`, the rest is padding. */
  sampleIds: ArrayLike<number>;
  batch: number;
  modules: number;
  tokens: number;
}

/** The pool rows of one micro-batch. Shape: [modules, tokens * batch], token n of sample b at n * batch + b. */
export function drawDropoutRows(options: DropoutRowsOptions): Int32Array {
  const { seed, update, sampleIds, batch, modules, tokens } = options;
  const rows = new Int32Array(modules * tokens * batch);
  for (let b = 0; b < Math.min(batch, sampleIds.length); b++) {
    const key = createRandomKey(seed, 'lora-dropout', update, sampleIds[b] ?? 0);
    for (let module = 0; module < modules; module++) {
      for (let first = 0, block = 0; first < tokens; first += rowsPerHash, block++) {
        const [low, high] = threefry2x32(key, module, block);
        for (let j = 0; j < rowsPerHash && first + j < tokens; j++) {
          // three rows of ten bits from each of the two words
          const bits = (j < 3 ? low : high) >>> ((j % 3) * rowBits);
          rows[(module * tokens + first + j) * batch + b] = bits & (dropoutPoolRows - 1);
        }
      }
    }
  }
  return rows;
}
