/**
 * Reading below one folder that a person named, and never outside it: names are checked before the file system sees
 * them, links are followed only where they stay inside.
 */
import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '@eyegazer/core';
import { isInside } from './is-inside.js';
import { resolveInRoots } from './resolve-in-roots.js';

/** Larger files are refused; also the size of a shard, so that every image fits in one. */
export const maxFileBytes = 64 * 1024 * 1024;

export interface DataFolder {
  /** Real path, without links. */
  readonly path: string;
  /**
   * The whole file at a path relative to the folder.
   * @throws AppError NOT_FOUND, FORBIDDEN for a link that leaves the folder, TOO_LARGE, BAD_FILE when it cannot be read
   */
  readFile(name: string): Promise<Uint8Array>;
  /**
   * Real path of a regular file at a path relative to the folder, or null when there is none.
   * @throws AppError FORBIDDEN for a link that leaves the folder, BAD_FILE when it is no file
   */
  findFile(name: string): Promise<string | null>;
  /**
   * Names in a folder relative to this one ('' for itself), sorted, or null when there is no such folder.
   * @throws AppError FORBIDDEN
   */
  list(name: string): Promise<string[] | null>;
}

/**
 * Opens a folder for reading.
 * @param roots folders it must lie in, or null for anywhere
 * @throws AppError BAD_DATASET when there is no such folder, FORBIDDEN when it is not within the roots
 */
export async function openDataFolder(folder: string, roots: readonly string[] | null): Promise<DataFolder> {
  const wanted = resolve(folder);
  const path = await resolveInRoots(wanted, {
    roots,
    what: 'source.uri',
    missing: (code, cause) => new AppError('BAD_DATASET', `Expected a dataset folder at ${wanted}, but it cannot be opened (${code}). Check the path.`, { cause }),
  });

  async function locate(name: string): Promise<string> {
    const real = await realpath(join(path, name)).catch((error: unknown) => {
      throw describeReadError(name, error);
    });
    if (!isInside(path, real)) throw new AppError('FORBIDDEN', `${name} is a link that leaves the dataset folder. Replace it by the file itself.`);
    return real;
  }

  return {
    path,
    async readFile(name) {
      return readWholeFile(await locate(name), name);
    },
    async findFile(name) {
      const real = await nullWhenMissing(locate(name));
      if (real !== null && !(await stat(real)).isFile()) throw new AppError('BAD_FILE', `Expected ${name} to be a file, got something else.`);
      return real;
    },
    async list(name) {
      const real = await nullWhenMissing(locate(name));
      if (real === null || !(await stat(real)).isDirectory()) return null;
      return (await readdir(real).catch((error: unknown) => { throw describeReadError(name, error); })).sort();
    },
  };
}

async function nullWhenMissing(path: Promise<string>): Promise<string | null> {
  try {
    return await path;
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** @throws AppError NOT_FOUND, TOO_LARGE, BAD_FILE */
async function readWholeFile(path: string, name: string): Promise<Uint8Array> {
  // O_NONBLOCK: opening a named pipe would wait for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((error: unknown) => {
    throw describeReadError(name, error);
  });
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new AppError('BAD_FILE', `Expected ${name} to be a file, got something else.`);
    if (found.size > maxFileBytes) {
      throw new AppError('TOO_LARGE', `Expected ${name} to have at most ${maxFileBytes} bytes, got ${found.size}.`);
    }
    return await file.readFile();
  } catch (error) {
    throw error instanceof AppError ? error : describeReadError(name, error);
  } finally {
    await file.close();
  }
}

function describeReadError(name: string, error: unknown): AppError {
  const errno = errnoOf(error);
  if (errno === 'ENOENT') return new AppError('NOT_FOUND', `Expected a file ${name}, found none.`, { cause: error });
  return new AppError('BAD_FILE', `${name} cannot be read (${errno}).`, { cause: error });
}

function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
