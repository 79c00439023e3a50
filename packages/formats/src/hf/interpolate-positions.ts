/**
 * Position embeddings for another number of patches, as `interpolate_pos_encoding` of the models in Transformers 5.18
 * makes them: bicubic, pixel centres aligned, rows and columns one after the other.
 *
 * Without antialiasing it is torch's `interpolate(mode="bicubic")`: Keys' kernel with A = -0.75, edges repeated. With it
 * (DINOv2 with registers) the kernel is Pillow's, A = -0.5, as wide as the step when shrinking, cut at the edges.
 */
import { resampleFilters } from '../image/resample-filters.js';

export interface PositionGrid {
  /** Tokens before the patches whose positions stay as they are. */
  readonly numPrefix: number;
  /** Patches of a side, as stored and as wanted. */
  readonly from: number;
  readonly to: number;
  readonly hiddenSize: number;
  readonly antialias: boolean;
}

/** Shape: values [1, numPrefix + from * from, hiddenSize] -> [1, numPrefix + to * to, hiddenSize]. */
export function interpolatePositions(values: Float32Array, { numPrefix, from, to, hiddenSize: H, antialias }: PositionGrid): Float32Array {
  const axis = antialias ? antialiasedAxis(from, to) : cubicAxis(from, to);
  const prefix = numPrefix * H;
  const columns = new Float64Array(from * to * H); // rows as they are, columns interpolated
  for (let row = 0; row < from; row++) {
    axis.forEach((taps, x) => addTaps(values, taps, { start: prefix + row * from * H, step: H, out: columns, at: (row * to + x) * H, count: H }));
  }
  const grid = new Float64Array(to * to * H);
  axis.forEach((taps, y) => addTaps(columns, taps, { start: 0, step: to * H, out: grid, at: y * to * H, count: to * H }));
  const result = new Float32Array(prefix + grid.length);
  result.set(values.subarray(0, prefix));
  result.set(grid, prefix);
  return result;
}

/** What of the stored line makes one value of the new one. */
type Taps = readonly { readonly index: number; readonly weight: number }[];

interface Target {
  start: number;
  step: number;
  out: Float64Array;
  at: number;
  count: number;
}

function addTaps(source: ArrayLike<number>, taps: Taps, { start, step, out, at, count }: Target): void {
  for (const { index, weight } of taps) {
    const first = start + index * step;
    for (let i = 0; i < count; i++) out[at + i] = out[at + i]! + weight * source[first + i]!;
  }
}

/** Four taps each; those beyond the edge repeat it. Source: ATen/native/UpSample.h, `get_cubic_upsample_coefficients`. */
function cubicAxis(from: number, to: number): Taps[] {
  return Array.from({ length: to }, (_, i) => {
    const center = (from / to) * (i + 0.5) - 0.5;
    const low = Math.floor(center);
    return [-1, 0, 1, 2].map((offset) => ({
      index: Math.min(Math.max(low + offset, 0), from - 1),
      weight: cubicWeight(center - low - offset),
    }));
  });
}

function cubicWeight(x: number): number {
  const A = -0.75;
  const t = Math.abs(x);
  if (t <= 1) return ((A + 2) * t - (A + 3)) * t * t + 1;
  return ((A * t - 5 * A) * t + 8 * A) * t - 4 * A;
}

/** Source: ATen/native/cpu/UpSampleKernel.cpp, `_compute_weights_aa`. */
function antialiasedAxis(from: number, to: number): Taps[] {
  const { support, weight } = resampleFilters.bicubic;
  const scale = from / to;
  const width = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const center = scale * (i + 0.5);
    const low = Math.max(Math.trunc(center - support * width + 0.5), 0);
    const high = Math.min(Math.trunc(center + support * width + 0.5), from);
    const taps = Array.from({ length: high - low }, (_, k) => ({ index: low + k, weight: weight((low + k - center + 0.5) / width) }));
    const sum = taps.reduce((total, tap) => total + tap.weight, 0);
    return taps.map(({ index, weight: share }) => ({ index, weight: share / sum }));
  });
}
