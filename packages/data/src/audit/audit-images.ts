import type { DatasetAudit, DuplicateGroup, ImageIndexHeader, IndexedImage } from '@eyegazer/core';
import { findDuplicateGroups } from '../duplicates/find-duplicate-groups.js';
import { groupBy } from '../duplicates/group-by.js';
import { nearDistance } from '../duplicates/join-similar-hashes.js';
import { joinRelated } from '../split/join-related.js';
import { createHistogram } from './create-histogram.js';
import { findOddImages } from './find-odd-images.js';
import { probeShortcuts } from './probe-shortcuts.js';

const mostSizes = 20;

/**
 * What there is to know about imported images as a whole before anything is trained.
 * @param images in the order of their ids
 */
export function auditImages({ header, images }: { header: Pick<ImageIndexHeader, 'labels'>; images: readonly IndexedImage[] }): { audit: DatasetAudit; groups: DuplicateGroup[] } {
  const { labels } = header;
  const groups = findDuplicateGroups(images);
  const together = joinRelated(images, groups);
  const labelled = images.flatMap(({ id, label, look }) => (label === null ? [] : [{ id, label, look, together: together.get(id)! }]));
  const labelCounts = labels.map(() => 0);
  for (const { label } of labelled) labelCounts[label]! += 1;
  const [most, fewest] = labelCounts.reduce(([high, low], count) => [Math.max(high, count), Math.min(low, count)], [0, Infinity]);
  const sizes = groupBy(images, ({ width, height }) => `${width}x${height}`).map((same) => ({ width: same[0]!.width, height: same[0]!.height, count: same.length }));
  const audit: DatasetAudit = {
    format: 'eyegazer-audit/1',
    sampleCount: images.length,
    labelledCount: labelled.length,
    labels,
    labelCounts,
    imbalance: labels.length === 0 || fewest === 0 ? null : most / fewest,
    sizes: sizes.toSorted((a, b) => b.count - a.count || a.width - b.width || a.height - b.height).slice(0, mostSizes),
    sizeCount: sizes.length,
    shorterEdge: createHistogram(images.map(({ width, height }) => Math.min(width, height))),
    aspectRatio: createHistogram(images.map(({ width, height }) => width / height)),
    exact: countGroups(groups, 'exact'),
    near: { ...countGroups(groups, 'near'), distance: nearDistance },
    ...findOddImages(images),
    probe: probeShortcuts(labelled, labels.length),
  };
  return { audit, groups };
}

function countGroups(groups: readonly DuplicateGroup[], kind: DuplicateGroup['kind']): DatasetAudit['exact'] {
  const own = groups.filter((group) => group.kind === kind);
  return { groups: own.length, images: own.reduce((sum, { ids }) => sum + ids.length, 0), conflicting: own.filter(({ conflicting }) => conflicting).length };
}
