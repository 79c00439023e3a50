import type { ArtifactStore, ImportProgress } from '@eyegazer/core';
import { stratifiedHoldout } from '../split/stratified-holdout.js';
import { buildDatasetVersion, type BuiltDataset } from '../version/build-dataset-version.js';
import { findFundusImages, type FundusSetOptions } from './find-fundus-images.js';

export interface FundusDatasetOptions extends FundusSetOptions {
  readonly store: ArtifactStore;
  /** Share of each grade that is held out. */
  readonly holdout?: number;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Draws a labelled dataset of procedural fundus images and stores it as a dataset version like any imported one. The same
 * options give the same content id.
 * @throws AppError CANCELLED
 */
export async function createFundusDataset(options: FundusDatasetOptions): Promise<BuiltDataset> {
  const { store, seed = 42, holdout = 0.2, onProgress, signal } = options;
  const split = { kind: 'stratified', holdout, seed } as const;
  const { images, layout, problems } = findFundusImages(options);
  return buildDatasetVersion({
    images,
    layout,
    problems,
    split,
    chooseHoldout: (labelled) => stratifiedHoldout(labelled.map(({ label }) => label), split),
    store,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
}
