import { createHash } from 'node:crypto';
import {
  AppError,
  manifestHeaderSchema,
  manifestSampleSchema,
  parseWith,
  type ArtifactStore,
  type ManifestHeader,
  type ManifestSample,
  type SplitName,
} from '@eyegazer/core';
import { damaged, readJsonLines } from './read-json-lines.js';

const what = "The dataset's manifest";

/** A dataset version, opened: its samples in the manifest's order, and their bytes on demand. */
export interface DatasetVersion {
  readonly contentId: string;
  readonly header: ManifestHeader;
  readonly train: readonly ManifestSample[];
  readonly eval: readonly ManifestSample[];
  readonly predict: readonly ManifestSample[];
  /**
   * The encoded image as it was imported; its bytes are all that a store far away is asked for.
   * @throws AppError CORRUPT_ARTIFACT when the bytes are not the imported ones
   */
  readImage(sample: ManifestSample): Promise<Uint8Array>;
  /** Local file of a shard, by its index in the header; a store far away sends all of it. */
  shardPath(shard: number): Promise<string>;
}

/**
 * Opens a dataset version by its content id, checking the manifest against it. Image bytes stay where they are.
 * @throws AppError NOT_FOUND, CORRUPT_ARTIFACT
 */
export async function loadDatasetVersion(options: { contentId: string; store: ArtifactStore }): Promise<DatasetVersion> {
  const { contentId, store } = options;
  const samples: Record<SplitName, ManifestSample[]> = { train: [], eval: [], predict: [] };
  let header: ManifestHeader | undefined;
  let sampleCount = 0;
  for await (const line of readJsonLines(store, contentId, what)) {
    if (!header) {
      header = parseLine(manifestHeaderSchema, line, 'the header');
      continue;
    }
    const sample = parseLine(manifestSampleSchema, line, `sample ${sampleCount}`);
    const shard = header.shards[sample.shard];
    if (!shard || sample.byteOffset + sample.byteLength > shard.byteLength) throw damaged(what, `sample ${sample.id} lies outside its shard`);
    samples[sample.split].push(sample);
    sampleCount++;
  }
  if (!header || header.sampleCount !== sampleCount) throw damaged(what, `expected ${header?.sampleCount ?? 'some'} samples, got ${sampleCount}`);
  const { shards } = header;

  function shardName(shard: number): string {
    const entry = shards[shard];
    if (!entry) throw new AppError('NOT_FOUND', `Expected a shard from 0 to ${shards.length - 1}, got ${shard}.`);
    return entry.sha256;
  }

  return {
    contentId,
    header,
    ...samples,
    shardPath: async (shard) => store.localPath(shardName(shard)),
    async readImage(sample) {
      const bytes = await readPart(store, shardName(sample.shard), sample);
      checkSampleBytes(sample, bytes);
      return bytes;
    },
  };
}

async function readPart(store: ArtifactStore, sha256: string, { byteOffset: start, byteLength }: ManifestSample): Promise<Uint8Array> {
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

function parseLine<S extends Parameters<typeof parseWith>[0]>(schema: S, line: unknown, name: string): ReturnType<typeof parseWith<S>> {
  try {
    return parseWith(schema, line);
  } catch (error) {
    throw damaged(what, `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
