import { createRandomKey, randomUint32 } from '@eyegazer/core';
import { groupBy } from '../duplicates/group-by.js';

/** A labelled image that is to be on one side of a split. */
export interface SplitImage {
  readonly id: string;
  /** Class id. */
  readonly label: number;
  /** Images with the same number are never divided. */
  readonly together: number;
}

/** Images that go to one side together. */
export interface SplitUnit {
  readonly ids: readonly string[];
  /** Images of each class among them, of those that have any. */
  readonly counts: readonly { readonly label: number; readonly count: number }[];
}

/**
 * The units of a split in the order in which they are dealt with: larger ones first, because the smaller ones can make up for
 * what those leave uneven; units of one size at random, by their first id, so that neither the order of the images nor other images matter.
 */
export function createSplitUnits(images: readonly SplitImage[], seed: number): SplitUnit[] {
  const units = groupBy(images, ({ together }) => together).map((members) => {
    const ids = members.map(({ id }) => id).sort(byCodeUnits);
    const counts = groupBy(members, ({ label }) => label).map((same) => ({ label: same[0]!.label, count: same.length }));
    const first = ids[0]!;
    return { ids, first, counts, rank: randomUint32(createRandomKey(seed, 'split', first), 0) };
  });
  return units.sort((a, b) => b.ids.length - a.ids.length || a.rank - b.rank || byCodeUnits(a.first, b.first));
}

/** Images of each class. */
export function countLabels(images: readonly SplitImage[], classCount: number): number[] {
  const counts = new Array<number>(classCount).fill(0);
  for (const { label } of images) counts[label]! += 1;
  return counts;
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
