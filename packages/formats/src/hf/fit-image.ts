import { centerCrop } from '../image/center-crop.js';
import { resizePil } from '../image/resize-pil.js';
import type { RgbImage } from '../image/rgb-image.js';
import type { PreprocessorConfig } from './preprocessor-config.js';

/**
 * Resizes and crops an image to the model's size, byte for byte as transformers' PIL image processors do.
 * Shape: [H, W, 3] -> [size.height, size.width, 3]
 */
export function fitImage(image: RgbImage, { size, centerCropFrom: from, resample }: Pick<PreprocessorConfig, 'size' | 'centerCropFrom' | 'resample'>): RgbImage {
  if (from === null) return resizePil(image, { ...size, resample });
  const resized = 'shortestEdge' in from ? keepAspect(image, from.shortestEdge) : from;
  return centerCrop(resizePil(image, { ...resized, resample }), size);
}

/** The longer side is cut to whole pixels, as `get_resize_output_image_size` does. */
function keepAspect({ width, height }: RgbImage, shortestEdge: number): { width: number; height: number } {
  if (width <= height) return { width: shortestEdge, height: Math.trunc((shortestEdge * height) / width) };
  return { width: Math.trunc((shortestEdge * width) / height), height: shortestEdge };
}
