import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { AppError, type ImportProblem, type ManifestSample } from '@eyegazer/core';
import type { RgbImage } from '@eyegazer/formats';
import { decodeImage } from '../image/decode-image.js';
import { maxFileBytes } from '../import/data-folder.js';
import { mapOrdered } from './map-ordered.js';
import type { Progress } from './create-progress.js';
import { throwIfCancelled } from './throw-if-cancelled.js';

/** An image that wants into a dataset. */
export interface SourceImage {
  readonly id: string;
  /** What messages and the report call it. */
  readonly name: string;
  /** Class id, null for an image that can only be predicted. */
  readonly label: number | null;
  /** The encoded image, the same bytes each time. */
  read(): Promise<Uint8Array>;
}

/** A usable image and its place in the shards to be. */
export interface ReadImage extends Omit<ManifestSample, 'split'> {
  readonly source: SourceImage;
}

export interface ReadImages {
  entries: ReadImage[];
  shards: { sha256: string; byteLength: number }[];
  problems: ImportProblem[];
}

const shardBytes = maxFileBytes;
const concurrency = Math.min(availableParallelism(), 4);

/** What an image that cannot be used is called in the report, by the code of its error. */
const problemKinds: Partial<Record<AppError['code'], ImportProblem['kind']>> = {
  BAD_FILE: 'broken-image',
  TOO_LARGE: 'broken-image',
  NOT_FOUND: 'missing-image',
  FORBIDDEN: 'unsafe-path',
};

/**
 * Reads and decodes every image, a few at a time, and lays the usable ones out in shards, in order. An image that cannot be used
 * becomes a problem.
 * @throws AppError CANCELLED
 */
export async function readImages(
  images: readonly SourceImage[],
  { progress, signal }: { progress: Progress; signal: AbortSignal | undefined },
): Promise<ReadImages> {
  const result: ReadImages = { entries: [], shards: [], problems: [] };
  let shard = createHash('sha256');
  let byteOffset = 0;
  const closeShard = (): void => {
    if (byteOffset > 0) result.shards.push({ sha256: shard.digest('hex'), byteLength: byteOffset });
    shard = createHash('sha256');
    byteOffset = 0;
  };
  let done = 0;
  progress.report('reading', 0, images.length);
  for await (const outcome of mapOrdered(images, concurrency, (image) => readImage(image, signal))) {
    if ('problem' in outcome) {
      result.problems.push(outcome.problem);
    } else {
      const { source, bytes, width, height } = outcome;
      if (byteOffset + bytes.byteLength > shardBytes) closeShard();
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      shard.update(bytes);
      const place = { shard: result.shards.length, byteOffset, byteLength: bytes.byteLength };
      result.entries.push({ source, id: source.id, label: source.label, ...place, sha256, width, height });
      byteOffset += bytes.byteLength;
    }
    progress.report('reading', ++done, images.length);
  }
  closeShard();
  return result;
}

type Outcome = { source: SourceImage; bytes: Uint8Array; width: number; height: number } | { problem: ImportProblem };

async function readImage(source: SourceImage, signal: AbortSignal | undefined): Promise<Outcome> {
  throwIfCancelled(signal);
  try {
    const bytes = await source.read();
    const { width, height } = await decodeNamed(bytes, source.name);
    return { source, bytes, width, height };
  } catch (error) {
    const kind = error instanceof AppError ? problemKinds[error.code] : undefined;
    if (kind === undefined) throw error;
    return { problem: { kind, name: source.name, message: (error as AppError).message } };
  }
}

async function decodeNamed(bytes: Uint8Array, name: string): Promise<RgbImage> {
  try {
    return await decodeImage(bytes);
  } catch (error) {
    throw error instanceof AppError ? new AppError(error.code, `${name}: ${error.message}`, { cause: error }) : error;
  }
}
