import { isSafeId } from '../import/is-safe-id.js';
import { baseName, withoutEnding } from './image-names.js';

/** What stands between the folders of an id that needs them; a `/` could not be a file's name. */
const between = '__';

/**
 * An id for every path: the file's name without its ending, with the folders before it (`left__0001`) where several files have that name.
 * @returns ids in the order of the paths; null where none can be made, since the name is not fit for one
 */
export function assignIds(paths: readonly string[]): (string | null)[] {
  const stems = paths.map((path) => withoutEnding(baseName(path)));
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return stems.map((stem, i) => {
    const id = counts.get(stem) === 1 ? stem : withoutEnding(paths[i] ?? '').replaceAll('/', between);
    return isSafeId(id) ? id : null;
  });
}
