import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AppError } from '@eyegazer/core';
import { resolveInRoots } from '../import/resolve-in-roots.js';
import type { DataSource } from './data-source.js';
import { openFolderSource } from './folder-source.js';
import { openZipSource } from './zip-source.js';

export interface PathSourceOptions {
  /** Of a folder or of a zip archive; a relative one counts from the working directory. */
  readonly path: string;
  /** Folders it must lie in, or null for anywhere. */
  readonly roots: readonly string[] | null;
  /** See `ZipSourceOptions`. */
  readonly workFolder: string;
}

/** A folder, or a zip archive, whichever is there. @throws AppError what `openFolderSource` and `openZipSource` throw */
export async function openPathSource({ path, roots, workFolder }: PathSourceOptions): Promise<DataSource> {
  const wanted = resolve(path);
  const real = await resolveInRoots(wanted, {
    roots,
    what: 'source.uri',
    missing: (code, cause) => new AppError('BAD_DATASET', `Expected a dataset folder or a zip file at ${wanted}, but it cannot be opened (${code}). Check the path.`, { cause }),
  });
  return (await stat(real)).isFile() ? openZipSource({ file: real, name: basename(wanted), workFolder }) : openFolderSource({ folder: real, roots });
}
