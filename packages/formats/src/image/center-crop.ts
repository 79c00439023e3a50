import type { RgbImage } from './rgb-image.js';

/**
 * Cuts out the centre as transformers' `center_crop` does: of an odd margin the smaller part lies above and left, and
 * where the image is too small it is padded with black, the larger part above and left.
 * Shape: [H, W, 3] -> [height, width, 3]. The image itself when nothing changes.
 */
export function centerCrop(image: RgbImage, { height, width }: { readonly height: number; readonly width: number }): RgbImage {
  if (image.height === height && image.width === width) return image;
  const top = Math.floor((image.height - height) / 2);
  const left = Math.floor((image.width - width) / 2);
  const data = new Uint8Array(height * width * 3);
  const firstX = Math.max(0, -left);
  const lastX = Math.min(width, image.width - left);
  for (let y = Math.max(0, -top); y < Math.min(height, image.height - top); y++) {
    const row = (y + top) * image.width + left;
    data.set(image.data.subarray((row + firstX) * 3, (row + lastX) * 3), (y * width + firstX) * 3);
  }
  return { data, width, height };
}
