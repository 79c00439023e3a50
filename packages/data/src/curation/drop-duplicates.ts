import type { Curation, DuplicatePolicy } from '@eyegazer/core';
import { groupBy } from '../duplicates/group-by.js';

interface LabelledImage {
  readonly id: string;
  readonly pixels: string;
  /** Class id. */
  readonly label: number;
}

/**
 * Chooses which of the labelled images with the same pixels go, group by group. Whether a group conflicts is a matter of
 * classes, after merging: grades 3 and 4 of one photograph agree where both are one class.
 * @param images in the order of their ids
 * @returns ids, and how many groups conflict
 */
export function dropDuplicates(images: readonly LabelledImage[], policies: Pick<Curation, 'duplicates' | 'conflicts'>): { duplicates: Set<string>; conflicts: Set<string>; conflictingGroups: number } {
  const dropped = { duplicates: new Set<string>(), conflicts: new Set<string>() };
  let conflictingGroups = 0;
  for (const group of groupBy(images, ({ pixels }) => pixels)) {
    if (group.length === 1) continue;
    const kind = group.some(({ label }) => label !== group[0]!.label) ? 'conflicts' : 'duplicates';
    if (kind === 'conflicts') conflictingGroups += 1;
    const kept = new Set(chooseKept(group, policies[kind]));
    for (const image of group) if (!kept.has(image)) dropped[kind].add(image.id);
  }
  return { ...dropped, conflictingGroups };
}

function chooseKept(group: readonly LabelledImage[], policy: DuplicatePolicy): readonly LabelledImage[] {
  switch (policy) {
    case 'keepAll':
      return group;
    case 'dropGroup':
      return [];
    case 'keepOne': {
      // The class that most of them have; of several such classes the lowest.
      const [most] = groupBy(group, ({ label }) => label).sort((a, b) => b.length - a.length || a[0]!.label - b[0]!.label);
      return [most![0]!];
    }
    default:
      return policy satisfies never;
  }
}
