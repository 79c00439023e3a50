import { AppError, type IndexedImage, type SplitConfig } from '@eyegazer/core';

/**
 * The ids that a person wants held out; none where the split is made here.
 * @param listed those of a list's file
 * @throws AppError BAD_DATASET at `split.ids.<i>` or `split.file` for ids of no labelled image
 */
export function findHeldIds(images: readonly IndexedImage[], split: SplitConfig, listed: ReadonlySet<string> | undefined): ReadonlySet<string> {
  if (split.kind !== 'ids' && split.kind !== 'list') return new Set();
  if (split.kind === 'list' && listed === undefined) throw new TypeError('A split by a list needs the ids that its file holds.');
  const ids = split.kind === 'ids' ? split.ids : [...listed!];
  const labelled = new Set(images.filter(({ label }) => label !== null).map(({ id }) => id));
  const unknown = ids.filter((id) => !labelled.has(id));
  if (unknown.length > 0) {
    const path = split.kind === 'ids' ? `split.ids.${ids.indexOf(unknown[0]!)}` : 'split.file';
    const shown = unknown.slice(0, 5).join(', ') + (unknown.length > 5 ? ', ...' : '');
    throw new AppError('BAD_DATASET', `${path}: expected ids of labelled images, but ${unknown.length} of ${ids.length} are not: ${shown}. Remove or correct them.`, { path });
  }
  return new Set(ids);
}
