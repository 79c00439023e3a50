import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError, sha256Schema, type ArtifactStore, type StoredArtifact } from '@eyegazer/core';

/** An upload that has not been written to for so long is what a crash left. */
const leftoverAgeMs = 24 * 3600 * 1000;

/**
 * Artifacts as files named by their sha256 below `folder`, which is made when missing. A file appears whole or not at
 * all: it is written beside, synced and renamed. What a crash left half-written is removed here.
 */
export async function createFolderStore(options: { folder: string }): Promise<ArtifactStore> {
  const folder = resolve(options.folder);
  const uploads = join(folder, 'uploads');
  await mkdir(uploads, { recursive: true });
  await removeLeftovers(uploads);

  /** Two levels of 256 folders: no folder grows beyond what file systems like. */
  const pathOf = (sha256: string): string => {
    // Part of a path: nothing but a hash may get there.
    if (!sha256Schema.safeParse(sha256).success) throw new AppError('NOT_FOUND', `Expected an artifact's sha256 (64 hex digits), got ${JSON.stringify(sha256.slice(0, 80))}.`);
    return join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  };
  const statOf = async (sha256: string): Promise<{ byteLength: number } | null> => {
    const found = await stat(pathOf(sha256)).catch(ignoreMissing);
    return found ? { byteLength: found.size } : null;
  };
  const requireStat = async (sha256: string): Promise<{ byteLength: number }> => {
    const found = await statOf(sha256);
    if (!found) throw new AppError('NOT_FOUND', `There is no artifact ${sha256}.`);
    return found;
  };

  return {
    async put(content) {
      const upload = join(uploads, `${process.pid}-${randomBytes(8).toString('hex')}`);
      try {
        const artifact = await writeUpload(upload, content instanceof Uint8Array ? [content] : content);
        const target = pathOf(artifact.sha256);
        // The same bytes are there: the upload is one copy too many.
        if ((await statOf(artifact.sha256))?.byteLength === artifact.byteLength) return artifact;
        await mkdir(dirname(target), { recursive: true });
        await rename(upload, target);
        await syncFolder(dirname(target));
        return artifact;
      } finally {
        await rm(upload, { force: true });
      }
    },

    async *read(sha256, range) {
      const { byteLength } = await requireStat(sha256);
      if (range && (range.start < 0 || range.end < range.start || range.end >= byteLength)) {
        throw new AppError('BAD_REQUEST', `Expected a range within bytes 0 to ${byteLength - 1}, got ${range.start} to ${range.end}.`);
      }
      yield* createReadStream(pathOf(sha256), { ...range, highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
    },

    stat: statOf,

    async remove(sha256) {
      await rm(pathOf(sha256), { force: true });
    },

    async localPath(sha256) {
      await requireStat(sha256);
      return pathOf(sha256);
    },
  };
}

async function writeUpload(path: string, content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<StoredArtifact> {
  const file = await open(path, 'wx');
  try {
    const hash = createHash('sha256');
    let byteLength = 0;
    for await (const bytes of content) {
      hash.update(bytes);
      byteLength += bytes.byteLength;
      await writeAll(file, bytes);
    }
    await file.sync();
    return { sha256: hash.digest('hex'), byteLength };
  } finally {
    await file.close();
  }
}

/** One write may take fewer bytes than it is given. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.byteLength; ) offset += (await file.write(bytes, offset)).bytesWritten;
}

/** The new name survives a power cut only once its folder is on the disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeLeftovers(uploads: string): Promise<void> {
  for (const name of await readdir(uploads)) {
    const path = join(uploads, name);
    const found = await stat(path).catch(ignoreMissing);
    // Another process may be at a younger one.
    if (found && (Date.now() - found.mtimeMs > leftoverAgeMs || !isRunning(name))) await rm(path, { force: true });
  }
}

function isRunning(uploadName: string): boolean {
  try {
    process.kill(Number.parseInt(uploadName, 10), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
