import { createDatasetSchema, type CreateDataset } from '@eyegazer/core';

/** What the import dialog holds: text, as it was typed. */
export interface ImportDraft {
  path: string;
  name: string;
  splitKind: 'stratified' | 'list';
  holdoutPercent: string;
  seed: string;
  file: string;
}

export const emptyImport: ImportDraft = { path: '', name: '', splitKind: 'stratified', holdoutPercent: '10', seed: '42', file: '' };

/** A name for a dataset out of its folder's: lower case, what is not allowed becomes a dash. */
export function suggestName(path: string): string {
  const folder = path.split(/[\\/]/).filter((part) => part !== '').at(-1) ?? '';
  return folder
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 63);
}

export type ImportCheck = { body: CreateDataset; errors: null } | { body: null; errors: Partial<Record<keyof ImportDraft, string>> };

/** The request that a draft makes, or what is wrong with it, by field. */
export function checkImport(draft: ImportDraft): ImportCheck {
  const split =
    draft.splitKind === 'list'
      ? { kind: 'list', file: draft.file.trim() }
      : { kind: 'stratified', holdout: Number(draft.holdoutPercent.replace(',', '.')) / 100, seed: draft.seed.trim() === '' ? undefined : Number(draft.seed) };
  const result = createDatasetSchema.safeParse({ name: draft.name.trim(), source: { kind: 'path', uri: draft.path.trim() }, split });
  if (result.success) return { body: result.data, errors: null };
  const errors: Partial<Record<keyof ImportDraft, string>> = {};
  for (const { path } of result.error.issues) {
    const at = path.join('.');
    if (at === 'source.uri') errors.path = 'Expected the path of a folder.';
    else if (at === 'name') errors.name = 'Lower-case letters, digits, dots, dashes or underscores, at most 63.';
    else if (at === 'split.file') errors.file = 'Expected the path of a CSV file.';
    else if (at === 'split.holdout') errors.holdoutPercent = 'Expected more than 0 and less than 100.';
    else if (at === 'split.seed') errors.seed = 'Expected a whole number of at least 0.';
  }
  return { body: null, errors };
}
