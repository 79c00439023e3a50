import type { DatasetLayout, ImportProblem, SplitName } from '@eyegazer/core';

/** An image that wants into a dataset. */
export interface FoundImage {
  readonly id: string;
  /** What messages and the report call it. */
  readonly name: string;
  /** Index into the labels, null for an image that can only be predicted. */
  readonly label: number | null;
  /** What the source says, if it does. */
  readonly split: SplitName | null;
  /** What belongs together and is never divided by a split, such as a patient. */
  readonly group: string | null;
  /** The encoded image, the same bytes each time. */
  read(): Promise<Uint8Array>;
}

/** What a layout makes of a source before any image is read. */
export interface FoundDataset {
  readonly layout: DatasetLayout;
  /** As the source has them, in natural order; whole numbers as `1`, never `1.0`. */
  readonly labels: readonly string[];
  /** Whether the labels are the whole numbers from 0 on. */
  readonly numeric: boolean;
  /** By id, in the order of code units; ids are unique. */
  readonly images: readonly FoundImage[];
  /** What was found and skipped. */
  readonly problems: readonly ImportProblem[];
  /** Frees what reading images took, where it took something. */
  readonly close?: () => Promise<void>;
}
