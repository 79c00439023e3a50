import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { RgbImage } from '@eyegazer/formats';
import { buildingPrefix, segmentName } from './cache-layout.js';
import { encodeIndex, type SegmentEntry } from './segment-format.js';
import { writeOrExplain } from './write-or-explain.js';

/** Writes one segment; under its name it stands only when it is whole and on the disk. */
export interface SegmentWriter {
  /** Of the pixels so far. */
  readonly byteLength: number;
  /** @throws AppError UNAVAILABLE when the disk takes no more */
  add(sha256: string, image: RgbImage): void;
  /** Gives the segment its name. @throws AppError UNAVAILABLE */
  commit(): void;
  /** Leaves nothing behind, unless it was committed. */
  close(): void;
}

/** @throws AppError UNAVAILABLE when the folder cannot be written to */
export function createSegmentWriter(folder: string, bucket: number): SegmentWriter {
  const path = join(folder, `${buildingPrefix}${randomUUID()}`);
  const file = writeOrExplain(folder, () => openSync(path, 'wx'));
  const entries: SegmentEntry[] = [];
  let byteLength = 0;
  return {
    get byteLength() {
      return byteLength;
    },
    add(sha256, { data, width, height }) {
      writeOrExplain(folder, () => writeWhole(file, data));
      entries.push({ sha256, byteOffset: byteLength, width, height, checksum: crc32(data) });
      byteLength += data.byteLength;
    },
    commit() {
      writeOrExplain(folder, () => {
        writeWhole(file, encodeIndex(entries, byteLength));
        fsyncSync(file);
        renameSync(path, join(folder, segmentName(bucket)));
        syncFolder(folder);
      });
    },
    close() {
      closeSync(file);
      rmSync(path, { force: true });
    },
  };
}

/** A write may take less than it was given. */
function writeWhole(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.byteLength; ) done += writeSync(file, bytes, done);
}

/** Makes a rename last through a power cut; not every system has it. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const file = openSync(folder, 'r');
  fsyncSync(file);
  closeSync(file);
}
