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

const unscaled: PixelScale = [
  { factor: 1, shift: 0 },
  { factor: 1, shift: 0 },
  { factor: 1, shift: 0 },
];

/**
 * One random view of an image as the model's pixels, written into `out` from `offset` on. Everything random comes from the key.
 * Shape: [H, W, 3] uint8 -> [3, size, size] float32
 */
export function augmentImage(image: RgbImage, { augmentation, size, key, scale, out, offset }: AugmentOptions): void {
  const view = drawView(image, augmentation, key);
  // The last step normalises.
  sampleAffine(image, { map: mapView(view, image, size), size, scale: view.colours.length === 0 ? scale : unscaled, out, offset });
  view.colours.forEach((step, i) => adjustColour(step, { pixels: out, offset, plane: size * size, scale: i === view.colours.length - 1 ? scale : unscaled }));
}
