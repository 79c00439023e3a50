import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, type ImportProblem } from '@eyegazer/core';
import { isInside } from '../import/is-inside.js';
import { assertFileCount } from './arrange-files.js';
import type { TaggedFile } from './create-source.js';
import { describeReadError, errnoOf } from './describe-read-error.js';
import { describeUnsafePath } from './describe-unsafe-path.js';
import { isJunk } from './is-junk.js';

/** The tag is the time of the last change in milliseconds. */
export type FolderFile = TaggedFile;

export interface FolderListing {
  files: FolderFile[];
  problems: ImportProblem[];
}

/** Looked at side by side. */
const atOnce = 32;

/**
 * Regular files below a folder, and links to such that stay inside. What lies behind a link to a folder inside is listed where it is.
 * @param root a real path, without links
 * @throws AppError FORBIDDEN for a link that leaves the folder, BAD_DATASET for too many files, BAD_FILE when a folder cannot be read
 */
export async function listFolder(root: string): Promise<FolderListing> {
  const listing: FolderListing = { files: [], problems: [] };
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
      if (folder === '' && errnoOf(error) === 'ENOTDIR') throw new AppError('BAD_DATASET', `Expected a dataset folder at ${root}, got a file.`);
      throw describeReadError(folder === '' ? root : folder.slice(0, -1), error);
    });
    const shown = entries.filter(({ name }) => !isJunk(name));
    assertFileCount(listing.files.length + shown.length, root);
    for (let i = 0; i < shown.length; i += atOnce) {
      const some = await Promise.all(shown.slice(i, i + atOnce).map((entry) => look(root, folder + entry.name, entry)));
      for (const found of some) {
        if ('kind' in found) listing.problems.push(found);
        else if ('folder' in found) folders.push(`${found.folder}/`);
        else listing.files.push(found);
      }
    }
  }
  listing.problems.sort((a, b) => (a.name < b.name ? -1 : 1));
  return listing;
}

async function look(root: string, path: string, entry: Dirent): Promise<FolderFile | { folder: string } | ImportProblem> {
  const unsafe = describeUnsafePath(path);
  if (unsafe !== null) return { kind: 'unsafe-path', name: path, message: `${JSON.stringify(path)} is passed over: ${unsafe}. Rename it.` };
  if (entry.isDirectory()) return { folder: path };
  if (entry.isSymbolicLink()) return follow(root, path);
  if (!entry.isFile()) return { kind: 'ignored-file', name: path, message: `${path} is passed over: it is no regular file.` };
  const { size, mtimeMs } = await lstat(join(root, path)).catch((error: unknown) => {
    throw describeReadError(path, error);
  });
  return { path, byteLength: size, tag: mtimeMs };
}

async function follow(root: string, path: string): Promise<FolderFile | ImportProblem> {
  const ignored = (why: string): ImportProblem => ({ kind: 'ignored-file', name: path, message: `${path} is passed over: ${why}.` });
  const real = await realpath(join(root, path)).catch((error: unknown) => errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP' ? null : Promise.reject(describeReadError(path, error)));
  if (real === null) return ignored('it is a link to nothing');
  if (!isInside(root, real)) throw new AppError('FORBIDDEN', `${path} is a link that leaves the dataset folder. Replace it by what it leads to, or name the folder that holds both.`);
  const found = await stat(real);
  if (found.isDirectory()) return ignored('it is a link to a folder, which is listed where it is');
  if (!found.isFile()) return ignored('it is a link to something that is no regular file');
  return { path, byteLength: found.size, tag: found.mtimeMs };
}
