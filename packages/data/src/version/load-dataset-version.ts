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
import { readShardImage } from './read-shard-image.js';

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
    readImage: async (sample) => readShardImage(store, shardName(sample.shard), sample),
  };
}

function parseLine<S extends Parameters<typeof parseWith>[0]>(schema: S, line: unknown, name: string): ReturnType<typeof parseWith<S>> {
  try {
    return parseWith(schema, line);
  } catch (error) {
    throw damaged(what, `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
