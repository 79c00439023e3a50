/**
 * What is kept of an image before a batch is made of it: the pixels that evaluation sees, or for training a smaller copy that
 * random views are taken from. It depends on nothing random, so that it can be made once and kept.
 */
import { createHash } from 'node:crypto';
import { noImageSteps, type Augmentation, type ImageSteps } from '@eyegazer/core';
import { fitImage, resizePil, type PreprocessorConfig, type RgbImage } from '@eyegazer/formats';
import { decoderVersion } from '../image/decode-image.js';
import { cropToDisc } from './crop-to-disc.js';
import { maskCircle } from './mask-circle.js';
import { subtractLocalMean } from './subtract-local-mean.js';

export type Preparation = { /** Taken before. */ readonly steps: ImageSteps } & Resizing;

type Resizing =
  | {
      /** Byte for byte what Hugging Face's image processor makes of it. */
      readonly kind: 'fit';
      readonly to: Pick<PreprocessorConfig, 'size' | 'centerCropFrom' | 'resample'>;
    }
  | {
      /** Scaled down, if it is larger, until its shorter edge has so many pixels; its shape stays. */
      readonly kind: 'shrink';
      readonly shorterEdge: number;
    };

/** Beyond this a view of the whole image would skip pixels. */
const mostHeadRoom = 1.5;

/** How images are prepared for a model: with room for the smallest random crop where there are any. */
export function createPreparation({ size, centerCropFrom, resample }: PreprocessorConfig, augmentation: Augmentation | null, steps: ImageSteps = noImageSteps): Preparation {
  if (augmentation === null) return { steps, kind: 'fit', to: { size, centerCropFrom, resample } };
  const headRoom = Math.min(mostHeadRoom, 1 / Math.sqrt(augmentation.scale[0]));
  return { steps, kind: 'shrink', shorterEdge: Math.ceil(Math.min(size.height, size.width) * Math.max(1, headRoom)) };
}

export function prepareImage(original: RgbImage, preparation: Preparation): RgbImage {
  const image = takeSteps(original, preparation);
  if (preparation.kind === 'fit') return fitImage(image, preparation.to);
  return resizePil(image, { ...preparedSize(image, preparation), resample: 'bilinear' });
}

/** In a copy of twice the pixels that are needed: the same steps at the full resolution would cost more than decoding. */
function takeSteps(original: RgbImage, preparation: Preparation): RgbImage {
  const { steps } = preparation;
  let image = steps.cropToDisc ? cropToDisc(original) : original;
  if (!steps.localMean && !steps.circularMask) return image;
  const needed = preparation.kind === 'fit' ? Math.max(preparation.to.size.width, preparation.to.size.height) : preparation.shorterEdge;
  image = resizePil(image, { ...shrunkSize(image, 2 * needed), resample: 'bilinear' });
  image = steps.localMean ? subtractLocalMean(image) : { ...image, data: image.data.slice() };
  if (steps.circularMask) maskCircle(image);
  return image;
}

/** Width and height of a prepared image; with `cropToDisc` about those. */
export function preparedSize({ width, height }: { width: number; height: number }, preparation: Preparation): { width: number; height: number } {
  if (preparation.kind === 'fit') return { width: preparation.to.size.width, height: preparation.to.size.height };
  return shrunkSize({ width, height }, preparation.shorterEdge);
}

function shrunkSize({ width, height }: { width: number; height: number }, shorterEdge: number): { width: number; height: number } {
  const scale = Math.min(1, shorterEdge / Math.min(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** Changes whenever what is done here to decoded pixels does: what was kept before is not used any more. */
const preparationFormat = 1;

/** A name for what a preparation makes, the same in every process. */
export function preparationKey(preparation: Preparation): string {
  const { kind, steps } = preparation;
  const parts = kind === 'fit' ? [preparation.to.size.width, preparation.to.size.height, preparation.to.resample, preparation.to.centerCropFrom] : [preparation.shorterEdge];
  return createHash('sha256').update(JSON.stringify([preparationFormat, decoderVersion(), steps.cropToDisc, steps.localMean, steps.circularMask, kind, ...parts])).digest('hex').slice(0, 32);
}
