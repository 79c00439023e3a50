import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { RgbImage } from '@eyegazer/formats';
import type { CachedPlaces } from './find-cached.js';

/** Reads prepared images back. */
export interface CachedReader {
  has(position: number): boolean;
  /**
   * The prepared image, whose pixels are overwritten by the next call; null when it is not cached, or not what was written:
   * its segment is then removed, to be made anew by the next run.
   */
  read(position: number): RgbImage | null;
  close(): void;
}

/** Opens the segments: from then on nobody can take them away. */
export function openCachedReader(places: CachedPlaces): CachedReader {
  const files = places.segments.map((path) => tryOpen(path));
  let scratch = new Uint8Array(0);
  const fileOf = (position: number): number | null => files[places.segment[position] ?? -1] ?? null;
  return {
    has: (position) => fileOf(position) !== null,
    read(position) {
      const file = fileOf(position);
      if (file === null) return null;
      const [width, height] = [places.width[position]!, places.height[position]!];
      const byteLength = width * height * 3;
      if (scratch.byteLength < byteLength) scratch = new Uint8Array(byteLength);
      const data = scratch.subarray(0, byteLength);
      if (readSync(file, data, 0, byteLength, places.byteOffset[position]!) === byteLength && crc32(data) === places.checksum[position]) return { data, width, height };
      const segment = places.segment[position]!;
      closeSync(file);
      files[segment] = null;
      rmSync(places.segments[segment]!, { force: true });
      return null;
    },
    close() {
      for (const file of files) if (file !== null) closeSync(file);
      files.fill(null);
    },
  };
}

function tryOpen(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}
