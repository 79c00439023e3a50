/**
 * Makes a dataset version from images, in three passes over them:
 *
 * 1. reading: every image is decoded once, wholly, to prove that it is one; hashes and the layout of the shards are settled;
 * 2. splitting: the usable images are divided into train, eval and predict;
 * 3. storing: shards and manifest go into the store, unless they are there already.
 *
 * Nothing is written before everything is known, and memory holds a few images and the index.
 */
import {
  AppError,
  type ArtifactStore,
  type ImportProblem,
  type ImportProgress,
  type ImportReport,
  type ManifestHeader,
  type ManifestSample,
  type SplitConfig,
  type SplitName,
} from '@eyegazer/core';
import { countSamples } from './count-samples.js';
import { createProgress } from './create-progress.js';
import { readImages, type SourceImage } from './read-images.js';
import { storeVersion } from './store-version.js';

export interface BuildOptions {
  /** In the order of the manifest; ids are unique. */
  readonly images: readonly SourceImage[];
  /** Name of the layout, for the report. */
  readonly layout: string;
  /** What was found and skipped before. */
  readonly problems: readonly ImportProblem[];
  /** As it is to stand in the manifest. */
  readonly split: SplitConfig;
  /** Says of each usable labelled image whether it is held out. */
  readonly chooseHoldout: (images: readonly { id: string; label: number }[]) => boolean[];
  readonly store: ArtifactStore;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal;
}

export interface BuiltDataset {
  /** sha256 of the manifest. */
  contentId: string;
  /** Grades from 0 to the highest one, as text. */
  classNames: string[];
  /** `counts[split][classId]`; the predict split has one number. */
  counts: Record<SplitName, number[]>;
  report: ImportReport;
}

const listedProblems = 200;

/** @throws AppError BAD_DATASET when nothing usable is left, CANCELLED */
export async function buildDatasetVersion(options: BuildOptions): Promise<BuiltDataset> {
  const { images, store, signal } = options;
  const progress = createProgress(options.onProgress);
  const { entries, shards, problems: broken } = await readImages(images, { progress, signal });
  const problems = [...options.problems, ...broken];
  const labelled = entries.flatMap(({ id, label }) => (label === null ? [] : [{ id, label }]));
  if (labelled.length === 0) throw describeNothingUsable(problems);

  progress.report('splitting', 0, null);
  const held = options.chooseHoldout(labelled);
  if (!held.includes(true) || !held.includes(false)) {
    const whole = held.includes(true) ? 'all' : 'none';
    throw new AppError('BAD_DATASET', `Expected some labelled images to train on and some held out, but ${whole} of ${held.length} would be held out. Change the split.`, { path: 'split' });
  }
  const heldIds = new Set(labelled.filter((_, i) => held[i]).map(({ id }) => id));
  const samples: ManifestSample[] = entries.map(({ source: _, id, label, ...place }) => ({
    id,
    label,
    split: label === null ? 'predict' : heldIds.has(id) ? 'eval' : 'train',
    ...place,
  }));
  const highest = labelled.reduce((max, { label }) => Math.max(max, label), 0); // not Math.max(...): a call takes only some 100,000 arguments
  const classNames = Array.from({ length: highest + 1 }, (_, id) => String(id));
  const header: ManifestHeader = { format: 'eyegazer-dataset/1', classNames, ordinal: true, split: options.split, shards, sampleCount: samples.length };
  const contentId = await storeVersion({ header, samples, entries, store, progress, signal });

  const counts = countSamples(samples, classNames.length);
  return {
    contentId,
    classNames,
    counts,
    report: {
      layout: options.layout,
      sampleCount: samples.length,
      byteLength: samples.reduce((sum, { byteLength }) => sum + byteLength, 0),
      counts,
      problemCount: problems.length,
      problems: problems.slice(0, listedProblems),
    },
  };
}

function describeNothingUsable(problems: readonly ImportProblem[]): AppError {
  const first = problems.slice(0, 3).map(({ message }) => message);
  const more = problems.length > first.length ? ` (and ${problems.length - first.length} more problems)` : '';
  return new AppError('BAD_DATASET', `Expected at least two usable labelled images, found none. ${first.join(' ')}${more}`.trim(), {
    details: { problems: problems.slice(0, listedProblems) },
  });
}
