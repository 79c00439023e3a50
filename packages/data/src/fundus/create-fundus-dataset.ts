import { curationSchema, type ArtifactStore, type ImportProgress } from '@eyegazer/core';
import { importFoundDataset, type ImportedDataset } from '../import/import-found-dataset.js';
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
export async function createFundusDataset(options: FundusDatasetOptions): Promise<ImportedDataset> {
  const { store, seed = 42, holdout = 0.2, onProgress, signal } = options;
  const curation = curationSchema.parse({ split: { kind: 'stratified', holdout, seed } });
  return importFoundDataset({ found: findFundusImages(options), curation, store, onProgress, signal });
}
