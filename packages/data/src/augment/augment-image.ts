import type { Augmentation, RandomKey } from '@eyegazer/core';
import type { PixelScale, RgbImage } from '@eyegazer/formats';
import { adjustColour } from './adjust-colour.js';
import { drawView } from './draw-view.js';
import { mapView } from './map-view.js';
import { sampleAffine } from './sample-affine.js';

export interface AugmentOptions {
  readonly augmentation: Augmentation;
  /** Side of the square to give, in pixels. */
  readonly size: number;
  readonly key: RandomKey;
  /** What the model's preprocessor makes of the 256 values of each channel. */
  readonly scale: PixelScale;
  readonly out: Float32Array;
  readonly offset: number;
}

/**
 * One random view of an image as the model's pixels, written into `out` from `offset` on. Everything random comes from the key.
 * Shape: [H, W, 3] uint8 -> [3, size, size] float32
 */
export function augmentImage(image: RgbImage, { augmentation, size, key, scale, out, offset }: AugmentOptions): void {
  const view = drawView(image, augmentation, key);
  const plane = size * size;
  sampleAffine(image, { map: mapView(view, image, size), size, out, offset });
  for (const step of view.colours) adjustColour(step, { pixels: out, offset, plane });
  for (let channel = 0; channel < 3; channel++) {
    const { factor, shift } = scale[channel]!;
    for (let i = offset + channel * plane, end = i + plane; i < end; i++) out[i] = out[i]! * factor + shift;
  }
}
