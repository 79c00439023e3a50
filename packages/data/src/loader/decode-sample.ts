import { AppError, type ManifestSample } from '@eyegazer/core';
import type { RgbImage } from '@eyegazer/formats';
import { decodeImage } from '../image/decode-image.js';
import { checkSampleBytes } from '../version/read-shard-image.js';
import { readByteRange } from '../version/read-byte-range.js';

/**
 * Reads a sample from the local files of its version's shards and decodes it.
 * @throws AppError CORRUPT_ARTIFACT when the bytes changed in the store, BAD_FILE when they never were an image
 */
export async function decodeSample(sample: ManifestSample, shardPaths: readonly string[]): Promise<RgbImage> {
  const bytes = await readByteRange(shardPaths[sample.shard]!, sample.byteOffset, sample.byteLength);
  checkSampleBytes(sample, bytes);
  try {
    return await decodeImage(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('BAD_FILE', `Image ${sample.id}: ${reason}`, { cause: error, details: { sample: sample.id } });
  }
}
