/**
 * What is kept of an image before a batch is made of it: the pixels that evaluation sees, or for training a smaller copy that
 * random views are taken from. It depends on nothing random, so that it can be made once and kept.
 */
import { createHash } from 'node:crypto';
import type { Augmentation } from '@eyegazer/core';
import { fitImage, resizePil, type PreprocessorConfig, type RgbImage } from '@eyegazer/formats';

export type Preparation =
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
export function createPreparation({ size, centerCropFrom, resample }: PreprocessorConfig, augmentation: Augmentation | null): Preparation {
  if (augmentation === null) return { kind: 'fit', to: { size, centerCropFrom, resample } };
  const headRoom = Math.min(mostHeadRoom, 1 / Math.sqrt(augmentation.scale[0]));
  return { kind: 'shrink', shorterEdge: Math.ceil(Math.min(size.height, size.width) * Math.max(1, headRoom)) };
}

export function prepareImage(image: RgbImage, preparation: Preparation): RgbImage {
  if (preparation.kind === 'fit') return fitImage(image, preparation.to);
  return resizePil(image, { ...preparedSize(image, preparation), resample: 'bilinear' });
}

/** Width and height of a prepared image. */
export function preparedSize({ width, height }: { width: number; height: number }, preparation: Preparation): { width: number; height: number } {
  if (preparation.kind === 'fit') return { width: preparation.to.size.width, height: preparation.to.size.height };
  const scale = Math.min(1, preparation.shorterEdge / Math.min(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** Changes whenever the pixels of any preparation do: what was kept before is not used any more. */
const preparationFormat = 1;

/** A name for what a preparation makes, the same in every process. */
export function preparationKey(preparation: Preparation): string {
  const { kind } = preparation;
  const parts = kind === 'fit' ? [preparation.to.size.width, preparation.to.size.height, preparation.to.resample, preparation.to.centerCropFrom] : [preparation.shorterEdge];
  return createHash('sha256').update(JSON.stringify([preparationFormat, kind, ...parts])).digest('hex').slice(0, 32);
}
