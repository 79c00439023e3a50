import { AppError, createRandomKey } from '@eyegazer/core';
import { createPixelScale, pixelsFromRgb, type RgbImage } from '@eyegazer/formats';
import { augmentImage } from '../augment/augment-image.js';
import { openCachedReader } from '../cache/cached-reader.js';
import { prepareImage } from '../prepare/preparation.js';
import { mapOrdered } from '../version/map-ordered.js';
import { decodeSample } from './decode-sample.js';
import type { LoaderThreadData } from './loader-messages.js';
import { createMemoryCache } from './memory-cache.js';

const decodedAhead = 4;

export interface PixelLoader {
  /** Shape: [n, 3, S, S], n = positions.length */
  load(positions: readonly number[], update: number): Promise<Float32Array<ArrayBuffer>>;
  close(): void;
}

/**
 * Turns positions of a split into a batch of pixels: prepared images from the disk, from memory or made of the originals, then a
 * random view, then normalised. Where they come from changes nothing. The random numbers of a sample depend on
 * (seed, update, position): not on the micro-batch, and, under the balanced sampler, an image drawn twice in an epoch is not the
 * same picture twice.
 */
export function createPixelLoader(data: LoaderThreadData): PixelLoader {
  const { samples, preprocessor, preparation, augmentation, seed } = data;
  const { width: size, height } = preprocessor.size;
  const scale = createPixelScale(preprocessor);
  const disk = data.cached && openCachedReader(data.cached);
  const memory = createMemoryCache(data.memoryBytes);

  async function prepare(position: number): Promise<RgbImage> {
    const kept = memory.find(position);
    if (kept) return kept;
    const sample = samples[position];
    if (!sample) throw new AppError('INTERNAL', `Expected a position from 0 to ${samples.length - 1}, got ${position}.`);
    const image = prepareImage(await decodeSample(sample, data.shardPaths), preparation);
    memory.add(position, image);
    return image;
  }

  return {
    async load(positions, update) {
      const values = 3 * size * height;
      const pixels = new Float32Array(positions.length * values);
      let offset = 0;
      // Further images are decoded in the thread pool while this thread augments.
      const images = mapOrdered(positions, decodedAhead, async (position) => ({ position, made: disk?.has(position) ? null : await prepare(position) }));
      for await (const { position, made } of images) {
        const image = made ?? disk?.read(position) ?? (await prepare(position));
        if (augmentation) augmentImage(image, { augmentation, size, key: createRandomKey(seed, 'augment', update, position), scale, out: pixels, offset });
        else pixelsFromRgb(image, preprocessor, pixels, offset); // [H, W, 3] -> [3, H, W]
        offset += values;
      }
      return pixels;
    },
    close: () => disk?.close(),
  };
}
