import { AppError } from '@eyegazer/core';

/** Names that columns of images and labels have where nothing else is said, best first. */
export const usualColumns = {
  image: ['file_name', 'image', 'image_id', 'id_code', 'filename', 'file', 'path', 'image_path', 'id'],
  label: ['label', 'labels', 'diagnosis', 'class', 'target', 'grade', 'level', 'category'],
} as const;

/**
 * The column that a request names, or else the first of the usual names that is there.
 * @returns null where neither is
 */
export function chooseColumn(columns: readonly string[], named: string | undefined, usual: readonly string[]): string | null {
  if (named !== undefined) return columns.includes(named) ? named : null;
  return usual.find((name) => columns.includes(name)) ?? null;
}

export function missingColumn(what: { key: string; wanted: string; place: string; columns: readonly string[] }): AppError {
  const { key, wanted, place, columns } = what;
  return new AppError('BAD_DATASET', `${place}: expected a column ${wanted}, got ${columns.slice(0, 20).join(', ') || 'none'}. Name the column as ${key}.`, { path: key });
}
