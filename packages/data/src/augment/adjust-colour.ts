/**
 * torchvision's adjust_brightness, adjust_contrast and adjust_saturation on float images: a blend with black, with the mean grey
 * of the image, with each pixel's own grey; clipped after each.
 * Source: https://github.com/pytorch/vision/blob/main/torchvision/transforms/_functional_tensor.py
 */

export interface ColourStep {
  readonly kind: 'brightness' | 'contrast' | 'saturation';
  /** 1 changes nothing, 0 leaves only what is blended with. */
  readonly factor: number;
}

/** Shares of red, green and blue in a grey, as torchvision has them (ITU-R 601-2). */
const [red, green, blue] = [0.2989, 0.587, 0.114];

/** Changes the colours of one image in place. Shape: [3, plane] from `offset` on; values from 0 to 255. */
export function adjustColour({ kind, factor }: ColourStep, { pixels, offset, plane }: { pixels: Float32Array; offset: number; plane: number }): void {
  const [g, b] = [offset + plane, offset + 2 * plane];
  if (kind === 'saturation') {
    for (let i = 0; i < plane; i++) {
      const rest = (1 - factor) * (red * pixels[offset + i]! + green * pixels[g + i]! + blue * pixels[b + i]!);
      pixels[offset + i] = clip(factor * pixels[offset + i]! + rest);
      pixels[g + i] = clip(factor * pixels[g + i]! + rest);
      pixels[b + i] = clip(factor * pixels[b + i]! + rest);
    }
    return;
  }
  let rest = 0;
  if (kind === 'contrast') {
    let sum = 0;
    for (let i = 0; i < plane; i++) sum += red * pixels[offset + i]! + green * pixels[g + i]! + blue * pixels[b + i]!;
    rest = ((1 - factor) * sum) / plane;
  }
  for (let i = offset, end = offset + 3 * plane; i < end; i++) pixels[i] = clip(factor * pixels[i]! + rest);
}

function clip(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
