import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ManifestSample } from '@eyegazer/core';
import type { DatasetVersion } from '@eyegazer/data';
import sharp from 'sharp';

export interface Originals {
  /** Of the single files, `<n>.jpg`. */
  folder: string;
  width: number;
  height: number;
  /** The same images in one shard, all to train on. */
  version: DatasetVersion;
}

const [width, height] = [2592, 1944];

/** Photographs as a fundus camera makes them, as far as a decoder can tell: 5 megapixels, soft, with grain. */
export async function createOriginals(home: string, count: number): Promise<Originals> {
  const folder = join(home, 'originals');
  mkdirSync(folder);
  const samples: ManifestSample[] = [];
  const pieces: Buffer[] = [];
  let byteOffset = 0;
  for (let i = 0; i < count; i++) {
    const noise = { create: { width: 324, height: 243, channels: 3 as const, background: 'black', noise: { type: 'gaussian' as const, mean: 90 + (i % 40), sigma: 35 } } };
    const bytes = await sharp(await sharp(noise).blur(2).png().toBuffer()).resize(width, height, { kernel: 'cubic' }).jpeg({ quality: 92 }).toBuffer();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(folder, `${i}.jpg`), bytes);
    samples.push({ id: String(i), label: i % 5, split: 'train', shard: 0, byteOffset, byteLength: bytes.byteLength, sha256, width, height });
    pieces.push(bytes);
    byteOffset += bytes.byteLength;
  }
  const shard = Buffer.concat(pieces);
  const path = join(home, 'shard');
  writeFileSync(path, shard);
  const sha256 = createHash('sha256').update(shard).digest('hex');
  const version: DatasetVersion = {
    contentId: sha256,
    header: { format: 'eyegazer-dataset/1', classNames: ['0', '1', '2', '3', '4'], ordinal: true, split: { kind: 'given' }, shards: [{ sha256, byteLength: byteOffset }], sampleCount: count },
    train: samples,
    eval: [],
    predict: [],
    readImage: async (sample) => shard.subarray(sample.byteOffset, sample.byteOffset + sample.byteLength),
    shardPath: async () => path,
  };
  return { folder, width, height, version };
}
