import sharp, { type Sharp } from 'sharp';
import { AppError } from '@eyegazer/core';
import type { RgbImage } from '@eyegazer/formats';
import { detectImageFormat } from './detect-image-format.js';
import { readImageHeader } from './read-image-header.js';
import { rgbFromCmyk } from './rgb-from-cmyk.js';

/** Images of more pixels are refused before anything is decoded. */
const maxImagePixels = 100_000_000;

/** Changes whenever a decoder does, and with it perhaps a pixel. */
export function decoderVersion(): string {
  return JSON.stringify(sharp.versions);
}

/** How every image is opened: what one reader takes, all take. Mere warnings, such as stray bytes between the parts of a JPEG, are no errors. */
export const openOptions = { limitInputPixels: maxImagePixels, failOn: 'error', autoOrient: true } as const;

// One thread per image: images are decoded side by side already, and training needs the other cores.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Decodes a PNG, JPEG, WebP or TIFF to 8-bit RGB, the pixels that Pillow's `convert('RGB')` gives: EXIF orientation applied,
 * alpha dropped, colour profiles not applied, grey repeated, CMYK by its plain formula. 16-bit samples keep their upper byte (Pillow clips them).
 * @throws AppError BAD_FILE
 */
export async function decodeImage(bytes: Uint8Array): Promise<RgbImage> {
  const format = detectImageFormat(bytes);
  try {
    const opened = sharp(bytes, { ...openOptions, ignoreIcc: true });
    const components = format === 'JPEG' ? (readImageHeader(bytes)?.components ?? 4) : format === 'TIFF' ? 4 : 3;
    if (components === 4 && (await opened.metadata()).space === 'cmyk') return await decodeCmyk(opened);
    // Steps that change nothing of three plain components still cost a seventh of the time.
    const plain = format === 'JPEG' && components === 3 ? opened : opened.toColourspace('srgb').removeAlpha();
    const { data, info } = await plain.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new AppError('BAD_FILE', `Expected an image that becomes RGB, got ${info.channels} channels.`);
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width: info.width, height: info.height };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw describeDecodeError(error);
  }
}

/** As four inks: a profile would turn them into other colours than Pillow does. */
async function decodeCmyk(opened: Sharp): Promise<RgbImage> {
  const { data, info } = await opened.pipelineColourspace('cmyk').toColourspace('cmyk').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  if (info.channels !== 4) throw new AppError('BAD_FILE', `Expected a CMYK image of four channels, got ${info.channels}. Save it as RGB.`);
  return rgbFromCmyk(data, info);
}

function describeDecodeError(error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  if (reason.includes('pixel limit')) {
    return new AppError('BAD_FILE', `Expected an image of at most ${maxImagePixels / 1e6} megapixels, got a larger one. Scale it down first.`, { cause: error });
  }
  return new AppError('BAD_FILE', `Expected a whole image, but decoding it failed: ${reason.replaceAll('\n', '; ')}.`, { cause: error });
}
