import { AppError, type SplitConfig, type SplitName } from '@eyegazer/core';
import { assignFolds } from './assign-folds.js';
import { holdOut } from './hold-out.js';
import type { SplitImage } from './split-unit.js';

export interface ImageToSplit {
  readonly id: string;
  /** Class id, null for an image that can only be predicted. */
  readonly label: number | null;
  /** What the source says, if it does. */
  readonly given: SplitName | null;
  /** Images with the same number are never divided, unless by a split that somebody gave. */
  readonly together: number;
}

export interface ChooseSplitOptions {
  readonly split: SplitConfig;
  readonly classCount: number;
  /** Held-out ids of the splits `list` and `ids`. */
  readonly heldIds: ReadonlySet<string>;
}

/**
 * Divides images into train, eval and predict. The same images, whatever their order, and the same seed give the same split.
 * Images without label are always predict.
 * @returns the split of each image
 * @throws AppError BAD_DATASET at `split` when nothing is held out or nothing is left to train on
 */
export function chooseSplit(images: readonly ImageToSplit[], options: ChooseSplitOptions): SplitName[] {
  const splitOf = createRule(images, options);
  const chosen = images.map((image) => (image.label === null ? 'predict' : splitOf(image)));
  if (!chosen.includes('eval') || !chosen.includes('train')) throw describeOneSided(images, chosen, options.split);
  return chosen;
}

function createRule(images: readonly ImageToSplit[], { split, classCount, heldIds }: ChooseSplitOptions): (image: ImageToSplit) => SplitName {
  switch (split.kind) {
    case 'stratified': {
      const held = holdOut(labelledOf(images), { share: split.holdout, seed: split.seed, classCount });
      return ({ id }) => (held.has(id) ? 'eval' : 'train');
    }
    case 'kfold': {
      const folds = assignFolds(labelledOf(images), { folds: split.folds, seed: split.seed, classCount });
      return ({ id }) => (folds.get(id) === split.fold ? 'eval' : 'train');
    }
    case 'given':
      return ({ given }) => given ?? 'train';
    case 'list':
    case 'ids':
      return ({ id }) => (heldIds.has(id) ? 'eval' : 'train');
    default:
      return split satisfies never;
  }
}

function labelledOf(images: readonly ImageToSplit[]): SplitImage[] {
  return images.flatMap(({ id, label, together }) => (label === null ? [] : [{ id, label, together }]));
}

function describeOneSided(images: readonly ImageToSplit[], chosen: readonly SplitName[], split: SplitConfig): AppError {
  const labelled = images.filter(({ label }) => label !== null).length;
  const [held, trained] = [chosen.filter((name) => name === 'eval').length, chosen.filter((name) => name === 'train').length];
  const fix = {
    stratified: 'Images that are duplicates of each other or of one group stay together: there must be at least two such groups. Hold out another share, or add images.',
    kfold: 'Images that are duplicates of each other or of one group stay together: there must be at least as many such groups as folds. Choose fewer folds.',
    given: 'The source must say which images are for validation or test (by folders, file names or a column): choose the split `stratified` where it does not.',
    list: 'Choose other ids.',
    ids: 'Choose other ids.',
  }[split.kind];
  return new AppError('BAD_DATASET', `Expected some labelled images to train on and some held out, but of ${labelled} labelled images ${trained} would be trained on and ${held} held out. ${fix}`, { path: 'split' });
}
