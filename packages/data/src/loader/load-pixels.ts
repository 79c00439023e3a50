import { AppError, createRandomKey, type ManifestSample } from '@eyegazer/core';
import { fitImage, pixelsFromRgb, type RgbImage } from '@eyegazer/formats';
import { augmentImage } from '../augment/augment-image.js';
import { augmentPresets } from '../augment/augment-presets.js';
import { decodeImage } from '../image/decode-image.js';
import { checkSampleBytes } from '../version/load-dataset-version.js';
import { mapOrdered } from '../version/map-ordered.js';
import { readByteRange } from '../version/read-byte-range.js';
import { createDecodedCache } from './decoded-cache.js';
import type { LoaderThreadData } from './loader-messages.js';

const decodedAhead = 4;

/**
 * Returns the function that turns positions of a split into a batch of pixels: read, decode (or take from the cache),
 * augment, normalise. The random numbers of a sample depend on (seed, update, position): not on the micro-batch, and, under the
 * balanced sampler, an image drawn twice in an epoch is not the same picture twice.
 */
export function createPixelLoader(data: LoaderThreadData): (positions: readonly number[], update: number) => Promise<Float32Array<ArrayBuffer>> {
  const { samples, preprocessor, seed } = data;
  const { width, height } = preprocessor.size;
  const preset = augmentPresets[data.augment];
  const cache = createDecodedCache(data.cacheBytes);

  async function decoded(position: number): Promise<RgbImage> {
    const cached = cache.find(position);
    if (cached) return cached;
    const sample = samples[position];
    if (!sample) throw new AppError('INTERNAL', `Expected a position from 0 to ${samples.length - 1}, got ${position}.`);
    const bytes = await readByteRange(data.shardPaths[sample.shard]!, sample.byteOffset, sample.byteLength);
    const image = await decodeSample(sample, bytes);
    cache.add(position, image);
    return image;
  }

  return async (positions, update) => {
    const pixels = new Float32Array(positions.length * 3 * width * height);
    let i = 0;
    // Further images are decoded in the thread pool while this thread augments.
    for await (const { position, image } of mapOrdered(positions, decodedAhead, async (position) => ({ position, image: await decoded(position) }))) {
      const view = preset
        ? augmentImage(image, { preset, size: width, key: createRandomKey(seed, 'augment', update, position) })
        : fitImage(image, preprocessor);
      pixelsFromRgb(view, preprocessor, pixels, i++ * 3 * width * height); // [H, W, 3] -> [3, H, W]
    }
    return pixels;
  };
}

/** @throws AppError CORRUPT_ARTIFACT when the bytes changed in the store, BAD_FILE when they never were an image */
async function decodeSample(sample: ManifestSample, bytes: Uint8Array): Promise<RgbImage> {
  try {
    return await decodeImage(bytes);
  } catch (error) {
    checkSampleBytes(sample, bytes);
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('BAD_FILE', `Image ${sample.id}: ${reason}`, { cause: error, details: { sample: sample.id } });
  }
}
