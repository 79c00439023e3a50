import { createHash } from 'node:crypto';
import { AppError, type ArtifactStore, type ManifestSample } from '@eyegazer/core';

/**
 * An encoded image as it was imported; its bytes are all that a store far away is asked for.
 * @param shard sha256
 * @throws AppError NOT_FOUND, CORRUPT_ARTIFACT when the bytes are not the imported ones
 */
export async function readShardImage(store: Pick<ArtifactStore, 'read'>, shard: string, image: Pick<ManifestSample, 'id' | 'byteOffset' | 'byteLength' | 'sha256'>): Promise<Uint8Array> {
  const bytes = await readPart(store, shard, image);
  checkSampleBytes(image, bytes);
  return bytes;
}

async function readPart(store: Pick<ArtifactStore, 'read'>, sha256: string, { byteOffset: start, byteLength }: Pick<ManifestSample, 'byteOffset' | 'byteLength'>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of store.read(sha256, { start, end: start + byteLength - 1 })) pieces.push(piece);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'BAD_REQUEST') throw error;
    // The manifest says that the shard is longer.
    throw new AppError('CORRUPT_ARTIFACT', `Expected ${byteLength} bytes at offset ${start} of a dataset shard, which ends before. Import the dataset again.`, { cause: error });
  }
  return Buffer.concat(pieces);
}

/** @throws AppError CORRUPT_ARTIFACT when the bytes are not the ones that were imported */
export function checkSampleBytes(sample: Pick<ManifestSample, 'id' | 'sha256'>, bytes: Uint8Array): void {
  if (createHash('sha256').update(bytes).digest('hex') !== sample.sha256) {
    throw new AppError('CORRUPT_ARTIFACT', `The stored bytes of image ${sample.id} are not the imported ones. Import the dataset again.`, {
      details: { sample: sample.id },
    });
  }
}
