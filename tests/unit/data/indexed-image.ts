import { createHash } from 'node:crypto';
import type { IndexedImage } from '@eyegazer/core';
import { lookFeatures } from '@eyegazer/data';

/** An image of an index that is like no other: what is not given is made from its id. */
export function indexedImage(given: Partial<IndexedImage> & { id: string }): IndexedImage {
  const hash = createHash('sha256').update(given.id).digest('hex'); // of 256 bits, like a perceptual hash, and far from all others
  const place = { shard: 0, byteOffset: 0, byteLength: 1, sha256: hash };
  return { label: null, split: null, group: null, ...place, width: 100, height: 80, pixels: hash, hash, look: lookFeatures.map(() => 100), ...given };
}

/** Ids in the order of code units: `a000`, `a001`, ... */
export function idOf(prefix: string, number: number): string {
  return `${prefix}${String(number).padStart(4, '0')}`;
}
