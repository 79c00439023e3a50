import sharp from 'sharp';
import { AppError } from '@eyegazer/core';
import { openOptions } from './decode-image.js';
import { detectImageFormat } from './detect-image-format.js';

/**
 * Scales an image down for the eye (never up) so that neither side is longer than `maxSize` pixels.
 * @returns WebP bytes
 * @throws AppError BAD_FILE
 */
export async function renderThumbnail(bytes: Uint8Array, maxSize: number): Promise<Uint8Array> {
  detectImageFormat(bytes);
  try {
    return await sharp(bytes, openOptions)
      .resize(maxSize, maxSize, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 85 })
      .toBuffer();
  } catch (error) {
    throw new AppError('BAD_FILE', `Expected a whole image, but scaling it failed: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
}
