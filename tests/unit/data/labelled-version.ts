import { createHash } from 'node:crypto';
import type { ExportLayout, ManifestSample, SplitName } from '@eyegazer/core';
import { exportVersion, type DatasetVersion } from '@eyegazer/data';
import sharp from 'sharp';

/** What YAML, CSV or an alphabetical order would get wrong. */
export const awkwardNames = ['severe', 'no', '1', 'mild: "a" #b, c', 'Ünïcode \u{1F441}\u2028', 'NA'];

async function encode(i: number): Promise<Buffer> {
  const image = sharp({ create: { width: 6 + i, height: 5, channels: 3, background: { r: (i * 40) % 256, g: (i * 90) % 256, b: 30 } } });
  return image.toFormat((['png', 'jpeg', 'webp', 'tiff'] as const)[i % 4]!).toBuffer();
}

export interface LabelledVersion extends DatasetVersion {
  readonly images: ReadonlyMap<string, Buffer>;
}

export const awkwardIds = ['a', 'a.b', 'left.png', 'ein Auge', 'œil\u{1F441}', 'train__x', '10', '9', 'b', 'c', 'CON', 'x,y"z'];

/** Small images of every format with ids and class names that are easily got wrong, in memory. */
export async function createLabelledVersion(names: readonly string[] = awkwardNames, splits: readonly SplitName[] = ['train', 'train', 'eval', 'predict']): Promise<LabelledVersion> {
  const images = new Map<string, Buffer>();
  const samples: ManifestSample[] = [];
  for (const [i, id] of awkwardIds.entries()) {
    const bytes = await encode(i);
    images.set(id, bytes);
    const split = splits[i % splits.length]!;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    samples.push({ id, label: split === 'predict' ? null : i % names.length, split, shard: 0, byteOffset: 0, byteLength: bytes.byteLength, sha256, width: 6 + i, height: 5 });
  }
  const of = (wanted: SplitName): ManifestSample[] => samples.filter(({ split }) => split === wanted);
  return {
    contentId: '0'.repeat(64),
    header: { format: 'eyegazer-dataset/1', classNames: [...names], ordinal: false, split: { kind: 'given' }, shards: [], sampleCount: samples.length },
    train: of('train'),
    eval: of('eval'),
    predict: of('predict'),
    images,
    readImage: (sample) => Promise.resolve(images.get(sample.id)!),
    shardPath: () => Promise.reject(new Error('not asked for')),
  };
}

export async function packVersion(version: DatasetVersion, layout: ExportLayout, signal?: AbortSignal): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of exportVersion({ version, layout, name: 'eyes@2', ...(signal && { signal }) })) pieces.push(piece);
  return Buffer.concat(pieces);
}
