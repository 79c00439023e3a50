import type { DuplicateGroup, IndexedImage } from '@eyegazer/core';
import { groupBy } from './group-by.js';
import { joinSimilarHashes } from './join-similar-hashes.js';

type Hashed = Pick<IndexedImage, 'id' | 'label' | 'pixels' | 'hash'>;

/**
 * Groups of images with the same pixels, then groups of images that look alike (each to one other of the group, at least), in
 * the order of their first id. A near group may hold exact ones; one that would hold nothing else is not repeated.
 * @param images in the order of their ids
 */
export function findDuplicateGroups(images: readonly Hashed[]): DuplicateGroup[] {
  const exact = groupBy(images, ({ pixels }) => pixels).filter((group) => group.length > 1);
  // On an image without any detail there is nothing that could look like another one.
  const detailed = images.filter(({ hash }) => /[^0]/.test(hash));
  const { sets } = joinSimilarHashes(detailed.map(({ hash }) => hash));
  const near = groupBy(detailed, (_, i) => sets.rootOf(i)).filter((group) => group.some(({ pixels }) => pixels !== group[0]?.pixels));
  return [...exact.map((group) => describeGroup('exact', group)), ...near.map((group) => describeGroup('near', group))];
}

function describeGroup(kind: DuplicateGroup['kind'], images: readonly Hashed[]): DuplicateGroup {
  const labels = new Set(images.map(({ label }) => label).filter((label) => label !== null));
  return { kind, conflicting: labels.size > 1, ids: images.map(({ id }) => id) };
}
