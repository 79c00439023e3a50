/**
 * Pillow's resampling kernels. `support` is the half width in output pixels (input pixels when enlarging).
 * The numbers on disk are those of PIL.Image.Resampling, as Hugging Face stores them under `resample`.
 * Source: https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c
 */
export const resampleNumbers = { nearest: 0, lanczos: 1, bilinear: 2, bicubic: 3 } as const;

export type Resample = keyof typeof resampleNumbers;

export interface ResampleFilter {
  readonly support: number;
  readonly weight: (x: number) => number;
}

const bicubicA = -0.5;

function bilinearWeight(x: number): number {
  const t = Math.abs(x);
  return t < 1 ? 1 - t : 0;
}

function bicubicWeight(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return ((bicubicA + 2) * t - (bicubicA + 3)) * t * t + 1;
  if (t < 2) return (((t - 5) * t + 8) * t - 4) * bicubicA;
  return 0;
}

function sinc(x: number): number {
  if (x === 0) return 1;
  const t = x * Math.PI;
  return Math.sin(t) / t;
}

function lanczosWeight(x: number): number {
  return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
}

/** The kernel of each filter that averages; `nearest` picks pixels and has none. */
export const resampleFilters: Readonly<Record<Exclude<Resample, 'nearest'>, ResampleFilter>> = {
  bilinear: { support: 1, weight: bilinearWeight },
  bicubic: { support: 2, weight: bicubicWeight },
  lanczos: { support: 3, weight: lanczosWeight },
};
