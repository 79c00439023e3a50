/**
 * Images inside parquet files, by row. A row group is unpacked as a whole, so the last ones stay in memory; where images are
 * read in another order than they lie in, each row group is unpacked once and its images are kept in a file.
 */
import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@eyegazer/core';
import type { ParquetFile, ParquetLeaf } from '@eyegazer/formats';
import { readAt } from '../source/read-at.js';

export interface ImageFile {
  readonly file: ParquetFile;
  readonly bytesLeaf: ParquetLeaf;
}

/** Where an image lies: file, row group in it, row in that. */
export interface ImageRow {
  readonly file: number;
  readonly group: number;
  readonly row: number;
}

export interface ParquetImages {
  /** @throws AppError NOT_FOUND where the row has no bytes, BAD_FILE, TOO_LARGE */
  read(image: ImageRow, name: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface ParquetImagesOptions {
  readonly files: readonly ImageFile[];
  /** The images in the order in which they will be read. */
  readonly order: readonly ImageRow[];
  /** Where a file of unpacked images may lie; null keeps row groups in memory only. It has no name there, so that nothing of it stays. */
  readonly workFolder: string | null;
}

/** Unpacked row groups in memory: as many, and as many bytes, but always the newest. */
const mostKept = 3;
const mostKeptBytes = 256 * 1024 * 1024;

export function createParquetImages({ files, order, workFolder }: ParquetImagesOptions): ParquetImages {
  const useFile = workFolder !== null && !isNearlyInOrder(order);
  const groups = new Map<string, Promise<Group>>();
  /** Those of them that hold their images in memory, the last used last. */
  const kept: { key: string; byteLength: number }[] = [];
  let loading: Promise<unknown> = Promise.resolve();
  let spool: Promise<FileHandle> | undefined;
  let spoolBytes = 0;

  async function load({ file, group }: ImageRow): Promise<Group> {
    const found = files[file];
    if (!found) throw new AppError('INTERNAL', `Expected a file from 0 to ${files.length - 1}, got ${file}.`);
    // A column of bytes gives nothing else, unless its pages are damaged in a way that decodes.
    const images = (await found.file.readLeaf(found.bytesLeaf, group)).map((value) => (value instanceof Uint8Array ? value : null));
    const byteLength = images.reduce((sum, image) => sum + (image?.byteLength ?? 0), 0);
    if (!useFile) return { byteLength, read: (row) => Promise.resolve(images[row]?.slice() ?? null) };
    spool ??= openNameless(workFolder);
    const handle = await spool;
    const extents = new Float64Array(images.length * 2).fill(-1);
    for (const [row, image] of images.entries()) {
      if (image === null) continue;
      extents[row * 2] = spoolBytes;
      extents[row * 2 + 1] = image.byteLength;
      await handle.appendFile(image); // all of it, however little one write takes
      spoolBytes += image.byteLength;
    }
    return {
      byteLength: 0,
      async read(row) {
        const [start = -1, length = 0] = extents.subarray(row * 2, row * 2 + 2);
        return start < 0 ? null : readAt(handle, { start, end: start + length, name: 'the file of unpacked images' });
      },
    };
  }

  /** One group at a time is unpacked. */
  function find(image: ImageRow): Promise<Group> {
    const key = `${image.file}/${image.group}`;
    const at = kept.findIndex((entry) => entry.key === key);
    if (at !== -1) kept.push(...kept.splice(at, 1));
    let group = groups.get(key);
    if (group === undefined) {
      group = loading.then(async () => {
        while (kept.length >= mostKept || (kept.length > 0 && kept.reduce((sum, { byteLength }) => sum + byteLength, 0) > mostKeptBytes)) groups.delete(kept.shift()?.key ?? '');
        const loaded = await load(image);
        if (loaded.byteLength > 0) kept.push({ key, byteLength: loaded.byteLength });
        return loaded;
      });
      loading = group.catch(() => undefined);
      groups.set(key, group);
    }
    return group;
  }

  return {
    async read(image, name) {
      const bytes = await (await find(image)).read(image.row);
      if (bytes === null) throw new AppError('NOT_FOUND', `${name}: expected the bytes of an image, got none. Write the images themselves into the file, not their paths.`);
      return bytes;
    },
    async close() {
      await (await spool?.catch(() => undefined))?.close(); // what could not be opened was said to whoever read
    },
  };
}

interface Group {
  /** That it keeps in memory. */
  readonly byteLength: number;
  read(row: number): Promise<Uint8Array | null>;
}

/** Whether the last few row groups in memory are enough to unpack hardly any of them twice. */
function isNearlyInOrder(order: readonly ImageRow[]): boolean {
  const seen = new Set<string>();
  const recent: string[] = [];
  let loads = 0;
  for (const { file, group } of order) {
    const key = `${file}/${group}`;
    const at = recent.indexOf(key);
    if (at === -1) {
      loads++;
      seen.add(key);
      if (recent.length === 2) recent.shift();
    } else {
      recent.splice(at, 1);
    }
    recent.push(key);
  }
  return loads <= seen.size * 1.5 + 2;
}

async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `${randomUUID()}.unpacked`);
  const handle = await open(path, 'wx+');
  await rm(path);
  return handle;
}
