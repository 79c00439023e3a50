/**
 * torchvision's adjust_brightness, adjust_contrast and adjust_saturation on float images: a blend with black, with the mean grey
 * of the image, with each pixel's own grey; clipped after each.
 * Source: https://github.com/pytorch/vision/blob/main/torchvision/transforms/_functional_tensor.py
 */
import type { PixelScale } from '@eyegazer/formats';

export interface ColourStep {
  readonly kind: 'brightness' | 'contrast' | 'saturation';
  /** 1 changes nothing, 0 leaves only what is blended with. */
  readonly factor: number;
}

/** Shares of red, green and blue in a grey, as torchvision has them (ITU-R 601-2). */
const [red, green, blue] = [0.2989, 0.587, 0.114];

/**
 * Changes the colours of one image in place, and then its scale. Shape: [3, plane] from `offset` on; values from 0 to 255 before.
 */
export function adjustColour({ kind, factor }: ColourStep, { pixels, offset, plane, scale }: { pixels: Float32Array; offset: number; plane: number; scale: PixelScale }): void {
  const [g, b] = [offset + plane, offset + 2 * plane];
  if (kind === 'saturation') {
    const [{ factor: redFactor, shift: redShift }, { factor: greenFactor, shift: greenShift }, { factor: blueFactor, shift: blueShift }] = scale;
    for (let i = 0; i < plane; i++) {
      const rest = (1 - factor) * (red * pixels[offset + i]! + green * pixels[g + i]! + blue * pixels[b + i]!);
      pixels[offset + i] = clip(factor * pixels[offset + i]! + rest) * redFactor + redShift;
      pixels[g + i] = clip(factor * pixels[g + i]! + rest) * greenFactor + greenShift;
      pixels[b + i] = clip(factor * pixels[b + i]! + rest) * blueFactor + blueShift;
    }
    return;
  }
  let rest = 0;
  if (kind === 'contrast') {
    let sum = 0;
    for (let i = 0; i < plane; i++) sum += red * pixels[offset + i]! + green * pixels[g + i]! + blue * pixels[b + i]!;
    rest = ((1 - factor) * sum) / plane;
  }
  for (let channel = 0; channel < 3; channel++) {
    const { factor: own, shift } = scale[channel]!;
    for (let i = offset + channel * plane, end = i + plane; i < end; i++) pixels[i] = clip(factor * pixels[i]! + rest) * own + shift;
  }
}

function clip(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
