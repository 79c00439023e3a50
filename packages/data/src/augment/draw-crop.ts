import { randomUniform, type Augmentation, type RandomKey } from '@eyegazer/core';

/** A part of an image, in whole pixels. */
export interface CropBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const attempts = 10;

/**
 * The crop of torchvision's RandomResizedCrop: ten tries at an area and a ratio (uniform in its logarithm), then the largest
 * central crop within the ratio's bounds. Where the whole area is asked for, the whole image, whatever its ratio. Reads
 * counters 0 to 39 of the key.
 * Source: https://github.com/pytorch/vision/blob/main/torchvision/transforms/transforms.py (RandomResizedCrop.get_params)
 */
export function drawCrop(size: { width: number; height: number }, { scale, ratio }: Pick<Augmentation, 'scale' | 'ratio'>, key: RandomKey): CropBox {
  if (scale[0] >= 1) return { left: 0, top: 0, width: size.width, height: size.height };
  const area = size.width * size.height;
  const between = (counter: number, low: number, high: number): number => low + (high - low) * randomUniform(key, counter);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const wanted = area * between(4 * attempt, ...scale);
    const aspect = Math.exp(between(4 * attempt + 1, Math.log(ratio[0]), Math.log(ratio[1])));
    const width = roundHalfEven(Math.sqrt(wanted * aspect));
    const height = roundHalfEven(Math.sqrt(wanted / aspect));
    if (width > 0 && width <= size.width && height > 0 && height <= size.height) {
      const top = Math.floor(between(4 * attempt + 2, 0, size.height - height + 1));
      const left = Math.floor(between(4 * attempt + 3, 0, size.width - width + 1));
      return { left, top, width, height };
    }
  }
  return centralCrop(size, ratio);
}

function centralCrop({ width: W, height: H }: { width: number; height: number }, [least, greatest]: readonly [number, number]): CropBox {
  const own = W / H;
  const width = own > greatest ? Math.max(roundHalfEven(H * greatest), 1) : W;
  const height = own < least ? Math.max(roundHalfEven(W / least), 1) : H;
  return { left: Math.floor((W - width) / 2), top: Math.floor((H - height) / 2), width, height };
}

/** Python's round(). */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
