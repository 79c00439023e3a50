import { randomUUID } from 'node:crypto';
import { open, rm, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { imageExtensions } from '../image/detect-image-format.js';
import { arrangeFiles } from './arrange-files.js';
import { createSource } from './create-source.js';
import type { DataSource, RandomAccessFile } from './data-source.js';
import { describeReadError } from './describe-read-error.js';
import { archiveHeadBytes, detectArchive } from './detect-archive.js';
import { readAt } from './read-at.js';
import { findData, readEntry, readHead, streamEntry } from './zip-bytes.js';
import { readZipDirectory } from './read-zip-directory.js';
import { shown, type ZipEntry } from './zip-entry.js';

export interface ZipSourceOptions {
  /** Path of the archive. */
  readonly file: string;
  /** What messages call it. */
  readonly name: string;
  /** A file that is deflated and not read from front to back is inflated here; it has no name there, so that nothing of it stays. */
  readonly workFolder: string;
}

/** Of a file that is inflated to disk. */
const mostInflatedBytes = 16 * 1024 ** 3;

/**
 * Opens a zip archive as it lies; nothing is unpacked. Files are read where they are, in any order, and their checksums compared.
 * @throws AppError BAD_FILE when it is no whole zip archive; BAD_DATASET or UNSUPPORTED, before any file is read, for names that leave
 *   the archive, links, encryption, bombs, other archives in it, names that are there twice or not UTF-8
 */
export async function openZipSource({ file: path, name, workFolder }: ZipSourceOptions): Promise<DataSource> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw describeReadError(name, error);
  });
  try {
    const entries = await readZipDirectory(file, name);
    await assertNoArchives(file, entries, name);
    return createSource({
      name,
      files: arrangeFiles(entries, name).files,
      problems: [],
      read: (entry) => readEntry(file, entry),
      stream: (entry) => streamEntry(file, entry),
      open: (entry) => (entry.isDeflated ? openInflated(file, entry, workFolder) : openStored(file, entry)),
      close: () => file.close(),
    });
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** What is called an image is looked at when it is decoded, everything else now. @throws AppError BAD_DATASET, BAD_FILE */
async function assertNoArchives(file: FileHandle, entries: readonly ZipEntry[], name: string): Promise<void> {
  for (const entry of entries) {
    const lower = entry.path.toLowerCase();
    if (imageExtensions.some((extension) => lower.endsWith(extension))) continue;
    const kind = detectArchive(await readHead(file, entry, archiveHeadBytes));
    if (kind !== null) throw new AppError('BAD_DATASET', `${name}: ${shown(entry.path)} is refused: it is itself a ${kind} archive. Unpack it, and pack the files themselves.`);
  }
}

async function openStored(file: FileHandle, entry: ZipEntry): Promise<RandomAccessFile> {
  const from = await findData(file, entry);
  return {
    byteLength: entry.byteLength,
    read: (start, end) => readAt(file, { start: from + start, end: from + Math.min(end, entry.byteLength), name: entry.path }),
    close: () => Promise.resolve(),
  };
}

async function openInflated(file: FileHandle, entry: ZipEntry, workFolder: string): Promise<RandomAccessFile> {
  const { bavail, bsize } = await statfs(workFolder);
  const room = Math.min(mostInflatedBytes, bavail * bsize);
  if (entry.byteLength > room) {
    throw new AppError('TOO_LARGE', `${entry.path} has ${entry.byteLength} bytes when inflated, and ${room} may be written. Pack it without compression (zip -0): it is read where it is then.`);
  }
  const path = join(workFolder, `${randomUUID()}.inflated`);
  const copy = await open(path, 'wx+');
  try {
    await rm(path);
    let at = 0;
    for await (const bytes of streamEntry(file, entry)) at += (await copy.write(bytes, 0, bytes.byteLength, at)).bytesWritten;
  } catch (error) {
    await copy.close();
    throw error;
  }
  return {
    byteLength: entry.byteLength,
    read: (start, end) => readAt(copy, { start, end, name: entry.path }),
    close: () => copy.close(),
  };
}
