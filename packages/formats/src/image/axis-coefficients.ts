import type { ResampleFilter } from './resample-filters.js';

/** Bits after the binary point of a quantised weight: 32 minus 8 of the pixel minus 2 of overshoot. */
export const weightBits = 22;

/** The weights of one axis. Output i sums `count[i]` inputs from `first[i]` on, with weights from `i * stride` on. */
export interface AxisCoefficients {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly stride: number;
}

export interface Axis {
  readonly inSize: number;
  readonly outSize: number;
  /** The part of the input that is stretched over the output, in input pixels. */
  readonly from: number;
  readonly to: number;
}

/**
 * Tabulates the antialiased weights of one axis exactly as Pillow does, in 22-bit fixed point.
 * Pillow keeps the box in float32 and all else in double; so does this.
 */
export function createAxisCoefficients({ inSize, outSize, from, to }: Axis, filter: ResampleFilter): AxisCoefficients {
  const start = Math.fround(from);
  const scale = Math.fround(Math.fround(to) - start) / outSize;
  const filterScale = Math.max(scale, 1);
  const support = filter.support * filterScale;
  const inverse = 1 / filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outSize);
  const count = new Int32Array(outSize);
  const weights = new Int32Array(outSize * stride);
  const exact = new Float64Array(stride);
  for (let i = 0; i < outSize; i++) {
    const center = start + (i + 0.5) * scale;
    const low = Math.max(Math.trunc(center - support + 0.5), 0);
    const n = Math.min(Math.trunc(center + support + 0.5), inSize) - low;
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const w = filter.weight((k + low - center + 0.5) * inverse);
      exact[k] = w;
      sum += w;
    }
    for (let k = 0; k < n; k++) {
      const w = sum === 0 ? exact[k]! : exact[k]! / sum;
      weights[i * stride + k] = Math.trunc((w < 0 ? -0.5 : 0.5) + w * 2 ** weightBits);
    }
    first[i] = low;
    count[i] = n;
  }
  return { first, count, weights, stride };
}
