import type { ManifestSample, SplitName } from '@eyegazer/core';
import { detectImageFormat } from '../image/detect-image-format.js';
import type { DatasetVersion } from '../version/load-dataset-version.js';
import { mapOrdered } from '../version/map-ordered.js';
import { throwIfCancelled } from '../version/throw-if-cancelled.js';

/** Names that Hugging Face gives to splits. */
const splitNames = { train: 'train', eval: 'validation', predict: 'test' } as const satisfies Record<SplitName, string>;

export interface ExportedSplit {
  readonly name: (typeof splitNames)[SplitName];
  readonly samples: readonly ManifestSample[];
}

/** The parts of a version that hold images. */
export function exportedSplits(version: DatasetVersion): ExportedSplit[] {
  return (['train', 'eval', 'predict'] as const).map((split) => ({ name: splitNames[split], samples: version[split] })).filter(({ samples }) => samples.length > 0);
}

export interface ExportedImage {
  /** Id and ending: what the importer makes the same id of. */
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** Class id; -1 is what a ClassLabel has for none. */
  readonly label: number;
}

const endings = { PNG: '.png', JPEG: '.jpg', WebP: '.webp', TIFF: '.tiff' } as const;

/** Reads images in order, a few ahead. @throws AppError CORRUPT_ARTIFACT, CANCELLED */
export async function* readExported(version: DatasetVersion, samples: readonly ManifestSample[], signal: AbortSignal | undefined): AsyncGenerator<ExportedImage, void, undefined> {
  yield* mapOrdered(samples, 4, async (sample) => {
    throwIfCancelled(signal);
    const bytes = await version.readImage(sample);
    return { fileName: `${sample.id}${endings[detectImageFormat(bytes)]}`, bytes, label: sample.label ?? -1 };
  });
}
