import { randomUniform, type Augmentation, type RandomKey } from '@eyegazer/core';
import type { ColourStep } from './adjust-colour.js';
import { drawCrop, type CropBox } from './draw-crop.js';

/** One variation of an image: it turns about its centre, is cropped, resized to a square and flipped, and its colours change. */
export interface View {
  /** Counter-clockwise. */
  readonly degrees: number;
  readonly crop: CropBox;
  /** Left to right. */
  readonly flip: boolean;
  /** Upside down. */
  readonly verticalFlip: boolean;
  readonly colours: readonly ColourStep[];
}

/** Counters of the key, after those of `drawCrop`. */
const counters = { flip: 40, verticalFlip: 41, rotation: 42, brightness: 43, contrast: 44, saturation: 45, order: 46 } as const;

/**
 * Draws what torchvision's RandomRotation, RandomResizedCrop, RandomHorizontalFlip, RandomVerticalFlip and ColorJitter draw, each
 * evenly over its range; the steps of the colours come in an order that is drawn too. Everything random comes from the key.
 * Source: https://github.com/pytorch/vision/blob/main/torchvision/transforms/transforms.py
 */
export function drawView(image: { width: number; height: number }, augmentation: Augmentation, key: RandomKey): View {
  const within = (name: 'rotation' | 'brightness' | 'contrast' | 'saturation'): number => (2 * randomUniform(key, counters[name]) - 1) * augmentation[name];
  const colours = (['brightness', 'contrast', 'saturation'] as const).filter((kind) => augmentation[kind] > 0).map((kind): ColourStep => ({ kind, factor: 1 + within(kind) }));
  return {
    degrees: within('rotation'),
    crop: drawCrop(image, augmentation, key),
    flip: randomUniform(key, counters.flip) < augmentation.flip,
    verticalFlip: randomUniform(key, counters.verticalFlip) < augmentation.verticalFlip,
    colours: shuffle(colours, key),
  };
}

function shuffle(steps: ColourStep[], key: RandomKey): ColourStep[] {
  for (let i = steps.length - 1; i > 0; i--) {
    const j = Math.floor(randomUniform(key, counters.order + i) * (i + 1));
    [steps[i], steps[j]] = [steps[j]!, steps[i]!];
  }
  return steps;
}
