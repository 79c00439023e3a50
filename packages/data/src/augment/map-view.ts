import type { View } from './draw-view.js';
import type { AffineMap } from './sample-affine.js';

/** Where the pixels of a view, a square of `size`, lie in the image: rotation, crop, resizing and flips in one. */
export function mapView({ degrees, crop, flip, verticalFlip }: Omit<View, 'colours'>, image: { width: number; height: number }, size: number): AffineMap {
  // A pixel of the square -> its place in the crop, from the image's centre: start + step * index, flips undone.
  const stepX = ((flip ? -1 : 1) * crop.width) / size;
  const stepY = ((verticalFlip ? -1 : 1) * crop.height) / size;
  const startX = crop.left + (flip ? crop.width : 0) + stepX / 2 - image.width / 2;
  const startY = crop.top + (verticalFlip ? crop.height : 0) + stepY / 2 - image.height / 2;
  // Its place before the rotation, and from the centre of the first pixel.
  const angle = (degrees * Math.PI) / 180;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  return {
    x: { perColumn: cos * stepX, perRow: -sin * stepY, start: image.width / 2 - 0.5 + cos * startX - sin * startY },
    y: { perColumn: sin * stepX, perRow: cos * stepY, start: image.height / 2 - 0.5 + sin * startX + cos * startY },
  };
}
