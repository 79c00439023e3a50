import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AppError, type SplitConfig } from '@eyegazer/core';
import { readCsv } from '@eyegazer/formats';
import { resolveInRoots } from '../import/resolve-in-roots.js';
import { stratifiedHoldout } from './stratified-holdout.js';

export interface Holdout {
  /** The split as a manifest says it: of a list's file only the name, so that the same content has the same id wherever it lies. */
  split: SplitConfig;
  chooseHoldout: (images: readonly { id: string; label: number }[]) => boolean[];
}

/**
 * Prepares the choice of the held-out images; a list is read and checked here, before any image is.
 * @throws AppError BAD_DATASET at `split.file`, FORBIDDEN
 */
export async function createHoldout(
  split: SplitConfig,
  { folder, dataRoots, knownIds }: { folder: string; dataRoots: readonly string[] | null; knownIds: ReadonlySet<string> },
): Promise<Holdout> {
  switch (split.kind) {
    case 'stratified':
      return { split, chooseHoldout: (images) => stratifiedHoldout(images.map(({ label }) => label), split) };
    case 'list': {
      const ids = await readIdList(resolve(folder, split.file), { dataRoots, knownIds });
      return { split: { kind: 'list', file: basename(split.file) }, chooseHoldout: (images) => images.map(({ id }) => ids.has(id)) };
    }
    case 'ids': {
      const ids = new Set(split.ids);
      return { split, chooseHoldout: (images) => images.map(({ id }) => ids.has(id)) };
    }
    case 'kfold':
    case 'given':
      throw new AppError('BAD_REQUEST', `split.kind: expected stratified, list or ids for a folder of this layout, got ${split.kind}.`, { path: 'split.kind' });
    default:
      return split satisfies never;
  }
}

/** Ids of a CSV's first column, with or without a header line. */
async function readIdList(file: string, { dataRoots, knownIds }: { dataRoots: readonly string[] | null; knownIds: ReadonlySet<string> }): Promise<Set<string>> {
  const refuse = (message: string, cause?: unknown): AppError => new AppError('BAD_DATASET', message, { path: 'split.file', cause });
  const path = await resolveInRoots(file, {
    roots: dataRoots,
    what: 'split.file',
    missing: (code, cause) => refuse(`Expected a list of held-out ids at ${file}, but it cannot be opened (${code}). Check the path.`, cause),
  });
  if (!(await stat(path)).isFile()) throw refuse(`Expected a CSV file of held-out ids at ${file}, got something else.`);
  const ids = new Set<string>();
  for await (const { fields } of readCsv(path)) {
    const [[column, id] = ['', '']] = Object.entries(fields);
    if (knownIds.has(column)) ids.add(column); // no header line: what looks like one is an id
    if (id.trim() !== '') ids.add(id.trim());
  }
  if (ids.size === 0) throw refuse(`Expected ids of held-out images in the first column of ${file}, found none.`);
  const unknown = [...ids].filter((id) => !knownIds.has(id));
  if (unknown.length > 0) {
    const shown = unknown.slice(0, 5).join(', ') + (unknown.length > 5 ? ', ...' : '');
    throw refuse(`Expected every id of ${file} to be in train.csv, but ${unknown.length} of ${ids.size} are not: ${shown}. Remove or correct them.`);
  }
  return ids;
}
