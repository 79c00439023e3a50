import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { AppError } from '@eyegazer/core';
import { readCsvRows } from '@eyegazer/formats';
import { resolveInRoots } from '../import/resolve-in-roots.js';
import type { DataSource } from '../source/data-source.js';

export interface ReadHeldIdsOptions {
  /** What a relative path counts from; null where the data is not there any more. */
  readonly source: DataSource | null;
  /** Folders that an absolute path must lie in, or null for any. */
  readonly roots: readonly string[] | null;
  /** Every id that the list may name. */
  readonly knownIds: ReadonlySet<string>;
}

const mostShown = 5;

/**
 * The ids in the first column of a CSV file, with or without a header line.
 * @throws AppError BAD_DATASET at `split.file` when it cannot be read, names nothing, or names what is not there; FORBIDDEN outside the roots
 */
export async function readHeldIds(file: string, { source, roots, knownIds }: ReadHeldIdsOptions): Promise<Set<string>> {
  const ids = new Set<string>();
  const unknown: string[] = [];
  let unknownCount = 0; // the file may be any, and of any length
  const bytes = isAbsolute(file) ? await openListed(file, roots) : streamFrom(source, file);
  let first = '';
  const onColumns = ([column = '']: readonly string[]): void => {
    first = column;
    if (knownIds.has(column)) ids.add(column); // no header line: what looks like one is an id
  };
  for await (const { fields } of readCsvRows(bytes, { name: file, onColumns })) {
    const id = fields[first]?.trim() ?? '';
    if (knownIds.has(id)) ids.add(id);
    else if (id !== '' && ++unknownCount <= mostShown) unknown.push(id);
  }
  if (unknownCount > 0) {
    const shown = unknown.join(', ') + (unknownCount > mostShown ? ', ...' : '');
    throw refuse(`Expected every id of ${file} to be of an image with a label, but ${unknownCount} of ${ids.size + unknownCount} are not: ${shown}. Remove or correct them.`);
  }
  if (ids.size === 0) throw refuse(`Expected ids of held-out images in the first column of ${file}, found none.`);
  return ids;
}

async function openListed(file: string, roots: readonly string[] | null): Promise<AsyncIterable<Uint8Array>> {
  const path = await resolveInRoots(file, {
    roots,
    what: 'split.file',
    missing: (code, cause) => refuse(`Expected a list of held-out ids at ${file}, but it cannot be opened (${code}). Check the path.`, cause),
  });
  // What its lines say stands in refusals: of a key or a password file nobody may learn them.
  if (!/\.(?:csv|txt)$/i.test(path) || !(await stat(path)).isFile()) throw refuse(`Expected a CSV file of held-out ids (.csv or .txt) at ${file}, got something else.`);
  return createReadStream(path) as AsyncIterable<Uint8Array>;
}

function streamFrom(source: DataSource | null, file: string): AsyncIterable<Uint8Array> {
  if (source === null) throw refuse(`${file} lay beside data that is not here any more. Send the ids themselves (split kind "ids"), or an absolute path on the server.`);
  const path = file.replace(/^\.\//, '');
  if (!source.files.some((known) => known.path === path)) {
    throw refuse(`Expected a list of held-out ids at ${file} in ${source.name}, found none. Check the path.`);
  }
  return source.streamFile(path);
}

function refuse(message: string, cause?: unknown): AppError {
  return new AppError('BAD_DATASET', message, { path: 'split.file', cause });
}
