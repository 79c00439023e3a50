/**
 * Artifacts of a store far away, as files of this machine that several processes share:
 *
 * - `objects/` holds every downloaded artifact, whole and checked;
 * - `held/<process>/` holds a hard link to each that a process was given: it stays there until the process has ended;
 * - `spool/` holds what is being downloaded or uploaded.
 *
 * A file with a second name is in use, by a process or by a folder that someone made of it, and removing its first name would free
 * nothing: only files with one name are evicted, the least recently asked for first. A process that links one
 * in the same moment has it all the same.
 */
import { copyFile, link, mkdir, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Logger } from '@eyegazer/core';
import { artifactPath } from './artifact-path.js';
import { describeCorruption } from './check-bytes.js';
import { listFolder, type ListedFile } from './list-folder.js';
import { createProcessFileName, ignoreMissing, sweepProcessFiles } from './process-files.js';
import { writeUpload } from './write-upload.js';

export interface ArtifactCache {
  /** A file for bytes on their way; whoever asks removes it. */
  spoolPath(): string;
  /** The artifact's file; `source` is asked for its size and bytes when it is not here. @throws AppError CORRUPT_ARTIFACT when they are others */
  localPath(sha256: string, source: () => Promise<{ byteLength: number; content: AsyncIterable<Uint8Array> }>): Promise<string>;
  /** Removes it from `objects` and from what this process holds. */
  forget(sha256: string): Promise<void>;
  /** Removes what ended processes left. */
  sweep(): Promise<void>;
}

/** @param limitBytes of all files together; exceeded only by what is in use */
export async function createArtifactCache(options: { folder: string; limitBytes: number; log: Logger }): Promise<ArtifactCache> {
  const { limitBytes, log } = options;
  const folder = resolve(options.folder);
  const [objects, spool, allHeld] = [join(folder, 'objects'), join(folder, 'spool'), join(folder, 'held')];
  const held = join(allHeld, createProcessFileName());
  const given = new Map<string, Promise<string>>();
  const spoolPath = (): string => join(spool, createProcessFileName());
  const sweep = async (): Promise<void> => {
    await sweepProcessFiles(spool);
    await sweepProcessFiles(allHeld);
  };
  await mkdir(objects, { recursive: true });
  await sweep();

  async function load(sha256: string, source: Parameters<ArtifactCache['localPath']>[1]): Promise<string> {
    const shared = join(objects, artifactPath(sha256));
    const own = join(held, sha256);
    await mkdir(held, { recursive: true });
    if (await linkOrCopy(shared, own).then(() => true, ignoreMissing)) {
      const now = new Date();
      await utimes(shared, now, now).catch(ignoreMissing);
      return own;
    }
    const { byteLength, content } = await source();
    await makeRoom(byteLength);
    const download = spoolPath();
    try {
      const found = await writeUpload(download, content);
      if (found.sha256 !== sha256) throw describeCorruption(sha256, found.sha256);
      await linkOrCopy(download, own); // before another process can evict it
      await mkdir(dirname(shared), { recursive: true });
      await rename(download, shared);
      return own;
    } finally {
      await rm(download, { force: true });
    }
  }

  async function makeRoom(byteLength: number): Promise<void> {
    await sweepProcessFiles(allHeld);
    const files: ListedFile[] = [];
    for await (const file of listFolder(objects)) files.push(file);
    let total = files.reduce((sum, file) => sum + file.byteLength, byteLength);
    for (const file of files.sort((a, b) => a.modifiedAt.getTime() - b.modifiedAt.getTime())) {
      if (total <= limitBytes) return;
      if (file.links > 1) continue;
      await rm(file.path, { force: true });
      total -= file.byteLength;
    }
    if (total > limitBytes) log.warn({ cacheBytes: total, limitBytes }, 'The cache of artifacts outgrows its limit, because all of it is in use.');
  }

  return {
    spoolPath,
    localPath(sha256, source) {
      const known = given.get(sha256);
      if (known) return known;
      const path = load(sha256, source);
      given.set(sha256, path);
      path.catch(() => given.delete(sha256));
      return path;
    },
    async forget(sha256) {
      given.delete(sha256);
      await rm(join(held, sha256), { force: true });
      await rm(join(objects, artifactPath(sha256)), { force: true });
    },
    sweep,
  };
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    await copyFile(from, to); // a file system without links
  }
}
