/** How training images are varied: presets by name, and what a config changes of them. Held-out images are never varied. */
import { z } from 'zod';

/** What is drawn for every training image, each time anew. */
export interface Augmentation {
  /** Least and greatest share of the image's area that a crop keeps; from 1 on, the whole image is kept, whatever its shape. */
  readonly scale: readonly [number, number];
  /** Least and greatest width / height of a crop. */
  readonly ratio: readonly [number, number];
  /** Chance of being turned left to right. */
  readonly flip: number;
  /** Chance of being turned upside down. */
  readonly verticalFlip: number;
  /** Most degrees of rotation, either way. */
  readonly rotation: number;
  /** Most that a factor differs from 1, as in torchvision's ColorJitter. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

const still: Augmentation = { scale: [1, 1], ratio: [3 / 4, 4 / 3], flip: 0, verticalFlip: 0, rotation: 0, brightness: 0, contrast: 0, saturation: 0 };

/** `null` leaves training images as evaluation sees them. */
export const augmentPresets = {
  none: null,
  standard: { ...still, scale: [0.5, 1], flip: 0.5 },
  tutorial: { ...still, scale: [0.08, 1], flip: 0.5 },
  fundus: { scale: [0.8, 1], ratio: [9 / 10, 10 / 9], flip: 0.5, verticalFlip: 0.5, rotation: 180, brightness: 0.2, contrast: 0.2, saturation: 0.1 },
} as const satisfies Record<string, Augmentation | null>;

export type AugmentPresetName = keyof typeof augmentPresets;

const chance = z.number().min(0).max(1).nullable().default(null);
const ordered = ([least, greatest]: readonly [number, number]): boolean => least <= greatest;
const order = 'expected the least before the greatest';

export const augmentSchema = z.strictObject({
  preset: z
    .enum(Object.keys(augmentPresets) as AugmentPresetName[])
    .default('standard')
    .describe('standard: crops of half to all of the area, flips. tutorial: crops from 8 %, flips. fundus: crops from 80 %, flips both ways, any rotation, changes of light. The keys below change single values of it; null leaves them.'),
  scale: z
    .tuple([z.number().gt(0).max(1), z.number().gt(0).max(1)])
    .refine(ordered, order)
    .nullable()
    .default(null)
    .describe("Least and greatest share of an image's area that a random crop keeps; [1, 1] keeps the whole image."),
  ratio: z.tuple([z.number().positive(), z.number().positive()]).refine(ordered, order).nullable().default(null).describe('Least and greatest width / height of a random crop.'),
  flip: chance.describe('Chance of being turned left to right.'),
  verticalFlip: chance.describe('Chance of being turned upside down.'),
  rotation: z.number().min(0).max(180).nullable().default(null).describe('Most degrees of rotation about the centre, either way; what comes in from outside is black.'),
  brightness: chance.describe('Factors are drawn from 1 - this to 1 + this.'),
  contrast: chance.describe('The same, of the distance to the mean grey.'),
  saturation: chance.describe("The same, of the distance to each pixel's own grey."),
});
export type AugmentConfig = z.infer<typeof augmentSchema>;

/** The preset with what the config changes of it; null when training images are not varied at all. */
export function resolveAugmentation({ preset, ...changes }: AugmentConfig): Augmentation | null {
  const changed = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null));
  const base: Augmentation | null = augmentPresets[preset];
  return base === null && Object.keys(changed).length === 0 ? null : { ...still, ...base, ...changed };
}
