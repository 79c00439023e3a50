import sharp from 'sharp';
import { createRandomKey, randomUniform, type ArtifactStore, type ImportProgress } from '@eyegazer/core';
import { stratifiedHoldout } from '../split/stratified-holdout.js';
import { buildDatasetVersion, type BuiltDataset } from '../version/build-dataset-version.js';
import type { SourceImage } from '../version/read-images.js';
import { drawFundus } from './draw-fundus.js';
import { fundusGrades, type FundusGrade } from './draw-lesions.js';

export interface FundusDatasetOptions {
  readonly store: ArtifactStore;
  readonly seed?: number;
  /** Side in pixels. */
  readonly imageSize?: number;
  /** Images of each grade, 0 to 4. */
  readonly classCounts?: readonly [number, number, number, number, number];
  /** Share of each grade that is held out. */
  readonly holdout?: number;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
}

/** Uneven, as real screening data is, but no grade is rare. */
const defaultClassCounts = [120, 60, 90, 60, 70] as const;

/**
 * Draws a labelled dataset of procedural fundus images and stores it as a dataset version like any imported one: PNG files, in
 * a seeded order, split by grade. The same options give the same content id.
 * @throws AppError CANCELLED
 */
export async function createFundusDataset(options: FundusDatasetOptions): Promise<BuiltDataset> {
  const { store, seed = 42, imageSize = 96, classCounts = defaultClassCounts, holdout = 0.2, onProgress, signal } = options;
  const split = { kind: 'stratified', holdout, seed } as const;
  const images = orderGrades(classCounts, seed).map((grade, index): SourceImage => {
    const id = `fundus-${String(index).padStart(5, '0')}`;
    return { id, name: id, label: grade, read: () => encodePng({ grade, seed, index, size: imageSize }) };
  });
  return buildDatasetVersion({
    images,
    layout: 'procedural-fundus',
    problems: [],
    split,
    chooseHoldout: (labelled) => stratifiedHoldout(labelled.map(({ label }) => label), split),
    store,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Every grade as often as wanted, shuffled. */
function orderGrades(classCounts: readonly number[], seed: number): FundusGrade[] {
  const key = createRandomKey(seed, 'fundus-order');
  return fundusGrades
    .flatMap((grade) => Array<FundusGrade>(classCounts[grade] ?? 0).fill(grade))
    .map((grade, i) => ({ grade, rank: randomUniform(key, i) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ grade }) => grade);
}

async function encodePng(options: Parameters<typeof drawFundus>[0]): Promise<Uint8Array> {
  const { data, width, height } = drawFundus(options);
  return sharp(data, { raw: { width, height, channels: 3 } }).png({ compressionLevel: 6 }).toBuffer();
}
