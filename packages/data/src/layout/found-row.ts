import type { SplitName } from '@eyegazer/core';

/** An image as a layout finds it, before labels become classes. */
export interface FoundRow {
  readonly id: string;
  /** What messages call the image. */
  readonly name: string;
  /** Where its label stands: `train.csv line 10`. */
  readonly place: string;
  /** As it stands there: a string, a number, a bigint, a boolean, null or undefined for none, or what is no label. */
  readonly label: unknown;
  /** Whether a row without label is a mistake, rather than an image to predict. */
  readonly mustHaveLabel?: boolean;
  readonly split: SplitName | null;
  readonly group: string | null;
  /** Null where there is no such image; `missing` says so. */
  readonly read: (() => Promise<Uint8Array>) | null;
  readonly missing?: string;
}
