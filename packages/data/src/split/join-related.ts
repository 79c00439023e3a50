import type { DuplicateGroup, IndexedImage } from '@eyegazer/core';
import { createDisjointSets } from '../duplicates/disjoint-sets.js';

/**
 * What must not be divided: duplicates, exact and near, and images of one group of the source, such as a patient. An image in two
 * of them joins both.
 * @returns a number of each image, by id: the same for images that belong together
 */
export function joinRelated(images: readonly Pick<IndexedImage, 'id' | 'group'>[], groups: readonly Pick<DuplicateGroup, 'ids'>[]): Map<string, number> {
  const indexOf = new Map(images.map(({ id }, i) => [id, i]));
  const sets = createDisjointSets(images.length);
  for (const { ids } of groups) for (const id of ids) sets.join(indexOf.get(ids[0]!)!, indexOf.get(id)!);
  const firstOf = new Map<string, number>();
  images.forEach(({ group }, i) => {
    if (group === null) return;
    const first = firstOf.get(group);
    if (first === undefined) firstOf.set(group, i);
    else sets.join(first, i);
  });
  return new Map(images.map(({ id }, i) => [id, sets.rootOf(i)]));
}
