/**
 * A folder that a person named, and never anything outside it: links are followed only where they lead to a file inside.
 */
import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '@eyegazer/core';
import { isInside } from '../import/is-inside.js';
import { resolveInRoots } from '../import/resolve-in-roots.js';
import { arrangeFiles } from './arrange-files.js';
import { createSource } from './create-source.js';
import type { DataSource } from './data-source.js';
import { describeReadError } from './describe-read-error.js';
import { readAt, streamAt } from './read-at.js';
import { listFolder, type FolderFile } from './list-folder.js';

export interface FolderSourceOptions {
  /** A relative path counts from the working directory. */
  readonly folder: string;
  /** Folders it must lie in, or null for anywhere. */
  readonly roots: readonly string[] | null;
}

/**
 * Lists a folder and all below it.
 * @throws AppError BAD_DATASET when there is no such folder or it holds too many files, FORBIDDEN when it is not within the roots or a link in it leads out of it
 */
export async function openFolderSource({ folder, roots }: FolderSourceOptions): Promise<DataSource> {
  const wanted = resolve(folder);
  const root = await resolveInRoots(wanted, {
    roots,
    what: 'source.uri',
    missing: (code, cause) => new AppError('BAD_DATASET', `Expected a dataset folder at ${wanted}, but it cannot be opened (${code}). Check the path.`, { cause }),
  });
  const found = await listFolder(root);
  const { files, wrapper } = arrangeFiles(found.files, root);

  async function use<T>(file: FolderFile, work: (handle: FileHandle) => Promise<T>): Promise<T> {
    const handle = await openInside(root, wrapper, file);
    try {
      return await work(handle);
    } catch (error) {
      throw error instanceof AppError ? error : describeReadError(file.path, error);
    } finally {
      await handle.close();
    }
  }

  return createSource({
    name: root,
    files,
    problems: found.problems,
    read: (file) => use(file, (handle) => readAt(handle, { start: 0, end: file.byteLength, name: file.path })),
    async *stream(file) {
      const handle = await openInside(root, wrapper, file);
      try {
        yield* streamAt(handle, { start: 0, end: file.byteLength, name: file.path });
      } catch (error) {
        throw error instanceof AppError ? error : describeReadError(file.path, error);
      } finally {
        await handle.close();
      }
    },
    async open(file) {
      const handle = await openInside(root, wrapper, file);
      return {
        byteLength: file.byteLength,
        read: (start, end) => readAt(handle, { start, end, name: file.path }),
        close: () => handle.close(),
      };
    },
    close: () => Promise.resolve(),
  });
}

/** Looks again where a path leads, since it may lead elsewhere than when it was listed. @throws AppError NOT_FOUND, FORBIDDEN, BAD_FILE */
async function openInside(root: string, wrapper: string, file: FolderFile): Promise<FileHandle> {
  const path = wrapper + file.path;
  const real = await realpath(join(root, path)).catch((error: unknown) => {
    throw describeReadError(path, error);
  });
  if (!isInside(root, real)) throw new AppError('FORBIDDEN', `${path} is a link that leaves the dataset folder. Replace it by the file itself.`);
  // O_NONBLOCK: opening a named pipe would wait for ever.
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((error: unknown) => {
    throw describeReadError(path, error);
  });
  const found = await handle.stat();
  if (found.isFile() && found.size === file.byteLength) return handle;
  await handle.close();
  throw new AppError('BAD_FILE', `${path} has changed since the folder was listed: expected a file of ${file.byteLength} bytes, got ${found.isFile() ? `${found.size}` : 'something else'}.`);
}
