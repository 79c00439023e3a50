import type { ArtifactStore, ImportProgress, SplitConfig } from '@eyegazer/core';
import { buildDatasetVersion, type BuiltDataset } from '../version/build-dataset-version.js';
import { createProgress } from '../version/create-progress.js';
import { readAptosFolder } from './aptos-layout.js';
import { openDataFolder } from './data-folder.js';
import { createHoldout } from '../split/create-holdout.js';

export interface ImportAptosOptions {
  /** Path of the folder; a relative one counts from the working directory. */
  readonly folder: string;
  /** A list's `file`, when relative, counts from the dataset folder. */
  readonly split: SplitConfig;
  /** Folders that may be read from, or null for any. */
  readonly dataRoots: readonly string[] | null;
  readonly store: ArtifactStore;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Imports a folder in Kaggle's APTOS layout as a dataset version. What cannot be used is skipped and listed in the report by name.
 * The same folder and split give the same content id.
 * @throws AppError BAD_DATASET when the folder or the split list is not what it should be or nothing usable is left,
 *   FORBIDDEN outside `dataRoots`, CANCELLED
 */
export async function importAptosFolder(options: ImportAptosOptions): Promise<BuiltDataset> {
  const { store, onProgress, signal } = options;
  createProgress(onProgress).report('scanning', 0, null);
  const folder = await openDataFolder(options.folder, options.dataRoots);
  const { images, problems, labelledIds } = await readAptosFolder(folder);
  const { split, chooseHoldout } = await createHoldout(options.split, { folder: folder.path, dataRoots: options.dataRoots, knownIds: labelledIds });
  return buildDatasetVersion({
    images,
    layout: 'aptos',
    problems,
    split,
    chooseHoldout,
    store,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
}
