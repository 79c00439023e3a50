import type { RgbImage } from '@eyegazer/formats';

/** Prepared images by key, up to a number of bytes; the least recently used goes first. */
export interface MemoryCache {
  find(key: number): RgbImage | undefined;
  add(key: number, image: RgbImage): void;
}

/** @param maxBytes of pixels held; an image larger than that is not kept */
export function createMemoryCache(maxBytes: number): MemoryCache {
  const images = new Map<number, RgbImage>(); // a Map keeps the order of insertion: its first key is the oldest
  let heldBytes = 0;
  return {
    find(key) {
      const image = images.get(key);
      if (image) {
        images.delete(key);
        images.set(key, image);
      }
      return image;
    },
    add(key, image) {
      if (image.data.byteLength > maxBytes || images.has(key)) return;
      heldBytes += image.data.byteLength;
      images.set(key, image);
      for (const [oldest, { data }] of images) {
        if (heldBytes <= maxBytes) break;
        images.delete(oldest);
        heldBytes -= data.byteLength;
      }
    },
  };
}
