import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ManifestSample } from '@eyegazer/core';
import type { DatasetVersion } from '@eyegazer/data';
import sharp from 'sharp';

/** A dataset version in a folder, one shard, of different noisy PNGs; the last `evalCount` are held out. */
export async function createEncodedVersion(options: { folder: string; count: number; evalCount?: number; width?: number; height?: number; seed?: number }): Promise<DatasetVersion> {
  const { folder, count, evalCount = 0, width = 60, height = 44, seed = 0 } = options;
  mkdirSync(folder, { recursive: true });
  const pieces: Buffer[] = [];
  const samples: ManifestSample[] = [];
  let byteOffset = 0;
  for (let i = 0; i < count; i++) {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * (7 + 2 * (seed + i)) + ((at * at) >> 7) + 31 * (seed + i) + ((seed + i) >> 6) * (at >> 4)) & 255);
    const bytes = await sharp(data, { raw: { width, height, channels: 3 } }).png({ compressionLevel: 1 }).toBuffer();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const isHeldOut = i >= count - evalCount;
    samples.push({ id: `image-${seed + i}`, label: i % 5, split: isHeldOut ? 'eval' : 'train', shard: 0, byteOffset, byteLength: bytes.byteLength, sha256, width, height });
    pieces.push(bytes);
    byteOffset += bytes.byteLength;
  }
  const shard = Buffer.concat(pieces);
  const sha256 = createHash('sha256').update(shard).digest('hex');
  const path = join(folder, sha256);
  writeFileSync(path, shard);
  return {
    contentId: sha256,
    header: { format: 'eyegazer-dataset/1', classNames: ['0', '1', '2', '3', '4'], ordinal: true, split: { kind: 'given' }, shards: [{ sha256, byteLength: shard.byteLength }], sampleCount: count },
    train: samples.filter(({ split }) => split === 'train'),
    eval: samples.filter(({ split }) => split === 'eval'),
    predict: [],
    readImage: async (sample) => shard.subarray(sample.byteOffset, sample.byteOffset + sample.byteLength),
    shardPath: async () => path,
  };
}
