import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, mkdtemp, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, type ArtifactStore } from '@eyegazer/core';
import { unfinishedModelPrefix } from './cache-folders.js';

export interface ModelFileRef {
  name: string;
  sha256: string;
  byteLength: number;
}

/**
 * Makes a folder in Hugging Face layout of a base model's artifacts, and answers its path. Files are hard links where the
 * store is on the same disk: nothing is copied. The folder's name is a hash of its contents, so that it is never stale.
 * @param folder where such folders are kept
 * @throws AppError NOT_FOUND when the store has lost a file, BAD_MODEL on a name that is not a plain file name
 */
export async function materializeModel(options: { files: readonly ModelFileRef[]; store: ArtifactStore; folder: string }): Promise<string> {
  const { files, store, folder } = options;
  const odd = files.find(({ name }) => basename(name) !== name || name === '' || name === '.' || name === '..');
  if (odd) throw new AppError('BAD_MODEL', `Expected plain file names in a base model, got ${JSON.stringify(odd.name)}. Import the model again.`);
  const list = files.map(({ name, sha256 }) => `${sha256} ${name}`).sort();
  const home = join(folder, createHash('sha256').update(list.join('\n')).digest('hex').slice(0, 32));
  if (await isComplete(home, files)) {
    const now = new Date();
    await utimes(home, now, now);
    return home;
  }

  await mkdir(folder, { recursive: true });
  const building = await mkdtemp(join(folder, unfinishedModelPrefix));
  try {
    for (const { name, sha256 } of files) await linkOrCopy(await store.localPath(sha256), join(building, name));
    await putInPlace(building, { home, files });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return home;
}

/** A folder that another trainer has made meanwhile stays, because it may be in use; one that is damaged does not. */
async function putInPlace(building: string, { home, files }: { home: string; files: readonly ModelFileRef[] }): Promise<void> {
  try {
    await rename(building, home);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY' && (error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (await isComplete(home, files)) return;
    await rm(home, { recursive: true, force: true });
    await rename(building, home);
  }
}

async function isComplete(home: string, files: readonly ModelFileRef[]): Promise<boolean> {
  const sizes = await Promise.all(files.map(({ name }) => stat(join(home, name)).then(({ size }) => size, () => -1)));
  return files.every(({ byteLength }, i) => sizes[i] === byteLength);
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to); // another disk, or a file system without links
  }
}
