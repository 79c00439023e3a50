import { columnsSchema, createDatasetSchema, type Columns, type CreateDataset, type DatasetSource } from '@eyegazer/core';

/** What the import dialog holds: text, as it was typed. */
export interface ImportDraft {
  kind: DatasetSource['kind'];
  /** A zip file of this computer, for `upload`. */
  file: File | null;
  path: string;
  bucket: string;
  name: string;
  columns: Record<keyof Columns, string>;
  splitKind: 'stratified' | 'given' | 'list';
  holdoutPercent: string;
  seed: string;
  listFile: string;
}

export const columnKeys = columnsSchema.keyof().options;

export const emptyImport: ImportDraft = {
  kind: 'upload',
  file: null,
  path: '',
  bucket: '',
  name: '',
  columns: { image: '', label: '', group: '', split: '' },
  splitKind: 'stratified',
  holdoutPercent: '10',
  seed: '42',
  listFile: '',
};

/** What an upload's source says until the server has given it an id. */
const notUploadedYet = 'not uploaded yet';

/** The draft of an import that was asked for before, to ask for it again: a file of this computer must be chosen anew. */
export function draftOfRequest({ name, source, columns, split }: CreateDataset): ImportDraft {
  return {
    ...emptyImport,
    kind: source.kind,
    path: source.kind === 'path' ? source.uri : '',
    bucket: source.kind === 's3' ? source.uri : '',
    name,
    columns: { ...emptyImport.columns, ...columns },
    ...(split.kind === 'stratified' ? { holdoutPercent: String(Math.round(split.holdout * 1e4) / 100), seed: String(split.seed) } : {}),
    ...(split.kind === 'given' ? { splitKind: 'given' } : {}),
    ...(split.kind === 'list' ? { splitKind: 'list', listFile: split.file } : {}),
  };
}

/** A name for a dataset out of its folder's or its zip file's: lower case, what is not allowed becomes a dash. */
export function suggestName(path: string): string {
  const last = path.split(/[\\/]/).filter((part) => part !== '').at(-1) ?? '';
  return last
    .replace(/\.zip$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 63);
}

/** What a name is suggested from. */
export function placeOf({ kind, file, path, bucket }: ImportDraft): string {
  switch (kind) {
    case 'upload':
      return file?.name ?? '';
    case 'path':
      return path;
    case 's3':
      return bucket;
    default:
      return kind satisfies never;
  }
}

type ImportField = keyof Omit<ImportDraft, 'kind' | 'splitKind'>;
export type ImportErrors = Partial<Record<ImportField, string>>;
export type ImportCheck = { body: CreateDataset; errors: null } | { body: null; errors: ImportErrors };

/** The request that a draft makes, or what is wrong with it, by field. An upload's `source.uri` is still open. */
export function checkImport(draft: ImportDraft): ImportCheck {
  const result = createDatasetSchema.safeParse({ name: draft.name.trim(), source: sourceOf(draft), columns: columnsOf(draft), split: splitOf(draft) });
  const errors: ImportErrors = { ...wrongPlace(draft) };
  for (const { path } of result.error?.issues ?? []) {
    const at = path.join('.');
    if (at === 'name') errors.name = 'Lower-case letters, digits, dots, dashes or underscores, at most 63.';
    else if (at === 'split.file') errors.listFile = 'Expected the path of a CSV file.';
    else if (at === 'split.holdout') errors.holdoutPercent = 'Expected more than 0 and less than 100.';
    else if (at === 'split.seed') errors.seed = 'Expected a whole number of at least 0.';
    else if (path[0] === 'columns') errors.columns = 'Expected names of at most 200 characters.';
  }
  return result.success && Object.keys(errors).length === 0 ? { body: result.data, errors: null } : { body: null, errors };
}

function wrongPlace({ kind, file, path, bucket }: ImportDraft): ImportErrors {
  if (kind === 'upload') {
    if (file === null) return { file: 'Choose a zip file.' };
    return /\.zip$/i.test(file.name) ? {} : { file: `Expected a zip file, got ${file.name}. Pack the folder into a zip file first.` };
  }
  if (kind === 'path') return path.trim() === '' ? { path: 'Expected the path of a folder or of a zip file.' } : {};
  return /^s3:\/\/[^/\s]+/.test(bucket.trim()) ? {} : { bucket: 'Expected s3://bucket/prefix.' };
}

function sourceOf({ kind, path, bucket }: ImportDraft): DatasetSource {
  return { upload: { kind, uri: notUploadedYet }, path: { kind, uri: path.trim() || '?' }, s3: { kind, uri: bucket.trim() || '?' } }[kind];
}

function columnsOf({ columns }: ImportDraft): Record<string, string> {
  return Object.fromEntries(columnKeys.flatMap((key) => (columns[key].trim() === '' ? [] : [[key, columns[key].trim()]])));
}

function splitOf({ splitKind, listFile, holdoutPercent, seed }: ImportDraft): unknown {
  if (splitKind === 'list') return { kind: 'list', file: listFile.trim() };
  if (splitKind === 'given') return { kind: 'given' };
  return { kind: 'stratified', holdout: Number(holdoutPercent.replace(',', '.')) / 100, seed: seed.trim() === '' ? undefined : Number(seed) };
}
