/**
 * Makes a version's content of what was imported, as a person chose. In this order: labels become classes, images whose label is
 * in no class go; of images with the same pixels those go that the policies say; what is left is divided. No image is read.
 */
import { AppError, type Curation, type DuplicateGroup, type ImageIndexHeader, type IndexedImage, type ManifestSample, type VersionFindings } from '@eyegazer/core';
import { chooseSplit } from '../split/choose-split.js';
import { countLeaks } from '../split/count-leaks.js';
import { joinRelated } from '../split/join-related.js';
import { dropDuplicates } from './drop-duplicates.js';
import { findHeldIds } from './find-held-ids.js';
import { mapClasses, type ClassMap } from './map-classes.js';

export interface ImportedImages {
  readonly header: Pick<ImageIndexHeader, 'labels' | 'numeric'>;
  /** In the order of their ids. */
  readonly images: readonly IndexedImage[];
  /** Those of the same images' audit. */
  readonly groups: readonly DuplicateGroup[];
}

export interface CuratedDataset {
  readonly classNames: string[];
  readonly ordinal: boolean;
  /** In the order of their ids. */
  readonly samples: ManifestSample[];
  /** Images that the choices left out, by why. */
  readonly leftOut: { duplicates: number; conflicts: number; labels: number };
  readonly findings: VersionFindings;
}

/**
 * @param heldIds for the split `list`: the ids that its file holds
 * @throws AppError BAD_DATASET with the path of what was chosen: `classes.1.labels.0`, `classes.1`, `split`, `split.ids.0`, `split.file`
 */
export function curateImages(imported: ImportedImages, curation: Curation, { heldIds }: { heldIds?: ReadonlySet<string> } = {}): CuratedDataset {
  const { header, images, groups } = imported;
  const classes = mapClasses(header, curation);
  const held = findHeldIds(images, curation.split, heldIds);
  const mapped = images.flatMap((image) => {
    const label = image.label === null ? null : classes.classOf[image.label]!;
    return image.label !== null && label === null ? [] : [{ image, label }];
  });
  const dropped = dropDuplicates(
    mapped.flatMap(({ image: { id, pixels }, label }) => (label === null ? [] : [{ id, pixels, label }])),
    curation,
  );
  const kept = mapped.filter(({ image: { id } }) => !dropped.duplicates.has(id) && !dropped.conflicts.has(id));
  checkClasses(classes, { images, kept, isChosen: curation.classes !== null });
  const together = joinRelated(images, groups);
  const related = kept.map(({ image: { id, split: given }, label }) => ({ id, label, given, together: together.get(id)! }));
  const splits = chooseSplit(related, { split: curation.split, classCount: classes.classNames.length, heldIds: held });
  return {
    classNames: classes.classNames,
    ordinal: classes.ordinal,
    samples: kept.map(({ image: { id, shard, byteOffset, byteLength, sha256, width, height }, label }, i) => ({ id, label, split: splits[i]!, shard, byteOffset, byteLength, sha256, width, height })),
    leftOut: { duplicates: dropped.duplicates.size, conflicts: dropped.conflicts.size, labels: images.length - mapped.length },
    findings: { leakedImages: countLeaks(related, splits), conflictingGroups: curation.conflicts === 'keepAll' ? dropped.conflictingGroups : 0 },
  };
}

/** @throws AppError BAD_DATASET when a chosen class, or one that had images, has none, and when fewer than two have */
function checkClasses({ classNames, classOf }: ClassMap, { images, kept, isChosen }: { images: readonly IndexedImage[]; kept: readonly { label: number | null }[]; isChosen: boolean }): void {
  const had = new Set(images.map(({ label }) => (label === null ? null : classOf[label]!)));
  const has = new Set(kept.map(({ label }) => label));
  for (const [id, name] of classNames.entries()) {
    if (has.has(id) || !(isChosen || had.has(id))) continue;
    const why = had.has(id) ? 'all of them are left out as duplicates or conflicts. Keep one of each group' : 'the dataset has none. Remove the class';
    throw new AppError('BAD_DATASET', `Expected images of class ${JSON.stringify(name)}, but ${why}.`, { path: `classes.${id}` });
  }
  const found = classNames.filter((_, id) => has.has(id));
  if (found.length < 2) throw new AppError('BAD_DATASET', `Expected labelled images of at least two classes, got ${found.length === 0 ? 'none' : `only ${JSON.stringify(found[0])}`}. Add images, or check the label column.`, { path: 'classes' });
}
