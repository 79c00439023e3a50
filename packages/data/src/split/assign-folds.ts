import { countLabels, createSplitUnits, type SplitImage } from './split-unit.js';

/**
 * Divides images into folds of equal shares of every class: each unit goes where its classes have the least so far, then where
 * there are the fewest images.
 * @returns the fold of every image, by id
 */
export function assignFolds(images: readonly SplitImage[], { folds, seed, classCount }: { folds: number; seed: number; classCount: number }): Map<string, number> {
  const totals = countLabels(images, classCount);
  const sizes = new Array<number>(folds).fill(0);
  const counts = sizes.map(() => totals.map(() => 0));
  const foldOf = new Map<string, number>();
  for (const unit of createSplitUnits(images, seed)) {
    const crowding = counts.map((own) => unit.counts.reduce((sum, { label, count }) => sum + (count * own[label]!) / totals[label]!, 0));
    let fold = 0;
    for (let other = 1; other < folds; other++) {
      if (crowding[other]! < crowding[fold]! || (crowding[other] === crowding[fold] && sizes[other]! < sizes[fold]!)) fold = other;
    }
    for (const { label, count } of unit.counts) counts[fold]![label]! += count;
    sizes[fold]! += unit.ids.length;
    for (const id of unit.ids) foldOf.set(id, fold);
  }
  return foldOf;
}
