import type { RgbImage } from '@eyegazer/formats';

const gain = 4;
const middle = 128;
/** Standard deviation of the blur through the image's shorter side: 10 pixels for a disc of 600, as Graham has it. */
const blurShare = 1 / 60;

/**
 * Graham's preprocessing of fundus photographs: `4 * (image - blurred image) + 128`, rounded and clipped.
 * Source: B. Graham, "Kaggle diabetic retinopathy detection competition report" (2015)
 */
export function subtractLocalMean(image: RgbImage): RgbImage {
  const { data, width, height } = image;
  const mean = blur(image, blurShare * Math.min(width, height));
  const out = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i++) out[i] = gain * (data[i]! - mean[i]!) + middle;
  return { data: new Uint8Array(out.buffer), width, height };
}

/** A Gaussian blur as three means over boxes of the same variance; the edge's pixels go on outside. Shape: [height, width, 3] */
export function blur({ data, width, height }: RgbImage, sigma: number): Float32Array {
  let values = Float32Array.from(data);
  for (const radius of boxRadii(sigma)) {
    values = meanOfBoxes(values, { lines: height, lineStep: width * 3, length: width, step: 3, radius });
    values = meanOfBoxes(values, { lines: width, lineStep: 3, length: height, step: width * 3, radius });
  }
  return values;
}

/** Of three boxes of width 2 r + 1, whose variance is ((2 r + 1)^2 - 1) / 12 each. */
function boxRadii(sigma: number): [number, number, number] {
  const ideal = Math.sqrt(4 * sigma * sigma + 1);
  const less = Math.floor((ideal - 1) / 2);
  const widthOf = (radius: number): number => 2 * radius + 1;
  // How many of the three are the narrower one, for the variances to add up best.
  const narrow = Math.round((12 * sigma * sigma - 3 * widthOf(less + 1) ** 2 + 3) / (widthOf(less) ** 2 - widthOf(less + 1) ** 2));
  return [0, 1, 2].map((i) => (i < narrow ? less : less + 1)) as [number, number, number];
}

function meanOfBoxes(values: Float32Array, { lines, lineStep, length, step, radius }: { lines: number; lineStep: number; length: number; step: number; radius: number }): Float32Array<ArrayBuffer> {
  const out = new Float32Array(values.length);
  const share = 1 / (2 * radius + 1);
  for (let line = 0; line < lines; line++) {
    for (let channel = 0; channel < 3; channel++) {
      const start = line * lineStep + channel;
      const at = (i: number): number => values[start + Math.min(Math.max(i, 0), length - 1) * step]!;
      let sum = 0;
      for (let i = -radius; i <= radius; i++) sum += at(i);
      for (let i = 0; i < length; i++) {
        out[start + i * step] = sum * share;
        sum += at(i + radius + 1) - at(i - radius);
      }
    }
  }
  return out;
}
