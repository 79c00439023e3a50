/** What each augmentation preset draws; `null` leaves training images as evaluation sees them. */
export const augmentPresets = {
  none: null,
  standard: { scale: [0.5, 1], ratio: [3 / 4, 4 / 3], flip: 0.5 },
  tutorial: { scale: [0.08, 1], ratio: [3 / 4, 4 / 3], flip: 0.5 },
} as const satisfies Record<string, AugmentPreset | null>;

export type AugmentPresetName = keyof typeof augmentPresets;

export interface AugmentPreset {
  /** Least and greatest share of the image's area that a crop keeps. */
  readonly scale: readonly [number, number];
  /** Least and greatest width / height of a crop. */
  readonly ratio: readonly [number, number];
  /** Chance of a left-right flip. */
  readonly flip: number;
}
