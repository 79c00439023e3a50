import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { ManifestSample } from '@eyegazer/core';
import { isSegment } from './cache-layout.js';
import { readSegmentIndex, type SegmentEntry } from './segment-format.js';

/** Where prepared images lie, by position in a split; threads share the arrays. */
export interface CachedPlaces {
  /** Paths; a place's `segment` is an index into them. */
  readonly segments: readonly string[];
  /** -1 where the image is not cached. */
  readonly segment: Int32Array;
  readonly byteOffset: Float64Array;
  readonly width: Uint32Array;
  readonly height: Uint32Array;
  /** CRC-32 of the pixels. */
  readonly checksum: Uint32Array;
}

/**
 * Looks samples up in a preparation's folder, and marks the segments that have them as used now. A folder that is not there, or
 * segments that are not whole, hold nothing.
 */
export function findCached(folder: string, samples: readonly Pick<ManifestSample, 'sha256'>[]): CachedPlaces {
  const wanted = new Set(samples.map(({ sha256 }) => sha256));
  const found = new Map<string, SegmentEntry & { segment: number }>();
  const segments: string[] = [];
  for (const path of listSegments(folder)) {
    let isUsed = false;
    for (const entry of readSegmentIndex(path) ?? []) {
      if (!wanted.has(entry.sha256) || found.has(entry.sha256)) continue;
      found.set(entry.sha256, { ...entry, segment: segments.length });
      isUsed = true;
    }
    if (!isUsed) continue;
    segments.push(path);
    touch(path);
  }
  const n = samples.length;
  const places = {
    segments,
    segment: new Int32Array(new SharedArrayBuffer(4 * n)).fill(-1),
    byteOffset: new Float64Array(new SharedArrayBuffer(8 * n)),
    width: new Uint32Array(new SharedArrayBuffer(4 * n)),
    height: new Uint32Array(new SharedArrayBuffer(4 * n)),
    checksum: new Uint32Array(new SharedArrayBuffer(4 * n)),
  };
  samples.forEach(({ sha256 }, position) => {
    const entry = found.get(sha256);
    if (!entry) return;
    for (const name of ['segment', 'byteOffset', 'width', 'height', 'checksum'] as const) places[name][position] = entry[name];
  });
  return places;
}

/** Paths of the segments in a folder, in order; none where there is no folder. */
export function listSegments(folder: string): string[] {
  try {
    return readdirSync(folder).filter(isSegment).sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Removed by another, or not ours to change: it can be read all the same, or is missing.
  }
}
