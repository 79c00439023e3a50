import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, type ArtifactStore } from '@eyegazer/core';
import { artifactPath } from './artifact-path.js';
import { checkBytes } from './check-bytes.js';
import { describeDiskError } from './disk-errors.js';
import { listFolder } from './list-folder.js';
import { createProcessFileName, ignoreMissing, sweepProcessFiles } from './process-files.js';
import { writeUpload } from './write-upload.js';

/** An upload that has not been written to for so long is what a crash left. */
const leftoverAgeMs = 24 * 3600 * 1000;

/**
 * Artifacts as files named by their sha256 below `folder`, which is made when missing. A file appears whole or not at
 * all: it is written beside, synced and renamed. What a crash left half-written is removed here.
 */
export async function createFolderStore(options: { folder: string }): Promise<ArtifactStore> {
  const folder = resolve(options.folder);
  const uploads = join(folder, 'uploads');
  const sweepUploads = (): Promise<void> => sweepProcessFiles(uploads, { longestMs: leftoverAgeMs });
  await sweepUploads();

  const pathOf = (sha256: string): string => join(folder, artifactPath(sha256));
  const statOf = async (sha256: string): Promise<{ byteLength: number } | null> => {
    const found = await stat(pathOf(sha256)).catch(ignoreMissing);
    return found ? { byteLength: found.size } : null;
  };
  const requireStat = async (sha256: string): Promise<{ byteLength: number }> => {
    const found = await statOf(sha256);
    if (!found) throw new AppError('NOT_FOUND', `There is no artifact ${sha256}.`);
    return found;
  };
  /** Bytes that have rotted do not count: whoever asks puts them anew. */
  const refresh: ArtifactStore['refresh'] = async (sha256) => {
    const found = await statOf(sha256);
    if (!found || !(await isWhole(pathOf(sha256), sha256))) return null;
    const now = new Date();
    // Removed in between by another process, it is not there any more.
    return utimes(pathOf(sha256), now, now).then(() => found, ignoreMissing);
  };

  return {
    async put(content) {
      const upload = join(uploads, createProcessFileName());
      try {
        const artifact = await writeUpload(upload, content instanceof Uint8Array ? [content] : content).catch(describeDiskError(folder));
        const target = pathOf(artifact.sha256);
        // Also over what is there: it becomes new, and whole where it has rotted.
        await mkdir(dirname(target), { recursive: true });
        await rename(upload, target);
        await syncFolder(dirname(target));
        return artifact;
      } finally {
        await rm(upload, { force: true });
      }
    },

    refresh,

    async *read(sha256, range) {
      const { byteLength } = await requireStat(sha256);
      if (range && (range.start < 0 || range.end < range.start || range.end >= byteLength)) {
        throw new AppError('BAD_REQUEST', `Expected a range within bytes 0 to ${byteLength - 1}, got ${range.start} to ${range.end}.`);
      }
      const content = createReadStream(pathOf(sha256), { ...range, highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
      yield* range ? content : checkBytes(sha256, content);
    },

    stat: statOf,

    async *list() {
      for await (const { sha256, byteLength, modifiedAt } of listFolder(folder)) yield { sha256, byteLength, modifiedAt };
    },

    async remove(sha256, options) {
      const found = await stat(pathOf(sha256)).catch(ignoreMissing);
      if (!found || (options && found.mtime >= options.unlessSince)) return false;
      // Out of reach first: put or refreshed since that look, it is new, and goes back.
      const doomed = join(uploads, createProcessFileName());
      if ((await rename(pathOf(sha256), doomed).then(() => true, ignoreMissing)) === null) return false;
      const renewed = options && (await stat(doomed).catch(ignoreMissing));
      if (renewed && renewed.mtime >= options.unlessSince) {
        await rename(doomed, pathOf(sha256));
        return false;
      }
      await rm(doomed, { force: true });
      return true;
    },

    async localPath(sha256) {
      await requireStat(sha256);
      return pathOf(sha256);
    },

    signedUrl: () => Promise.resolve(null),

    sweepUploads,

    async ping() {
      try {
        await access(uploads, constants.W_OK);
      } catch (cause) {
        throw new AppError('UNAVAILABLE', `Artifacts cannot be written to ${folder}: ${(cause as Error).message}. Mount it, and let this user write there.`, { cause });
      }
    },
  };
}

async function isWhole(path: string, sha256: string): Promise<boolean> {
  const hash = createHash('sha256');
  const read = await pipeline(createReadStream(path), hash).then(() => true, ignoreMissing);
  return read === true && hash.digest('hex') === sha256;
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
