import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { AppError, type ArtifactStore, type Curation, type DuplicateGroup, type ImportReport, type ManifestHeader, type ManifestSample, type SplitConfig } from '@eyegazer/core';
import { curateImages, type CuratedDataset } from '../curation/curate-images.js';
import { countSamples } from './count-samples.js';
import type { ImageIndex } from './image-index.js';
import { toAsync } from './to-async.js';
import { writeJsonLines } from './write-json-lines.js';

/** A version of a dataset, made by choices from what was imported. */
export interface MadeVersion {
  /** sha256 of the manifest. */
  contentId: string;
  classNames: string[];
  ordinal: boolean;
  /** As the manifest says it. */
  split: SplitConfig;
  curation: Curation;
  /** `counts[split][classId]`; the predict split has one number. */
  counts: ImportReport['counts'];
  leftOut: CuratedDataset['leftOut'];
  findings: CuratedDataset['findings'];
}

export interface VersionOptions {
  readonly index: ImageIndex;
  /** Of the same images' audit. */
  readonly groups: readonly DuplicateGroup[];
  readonly curation: Curation;
  /** What a list names, where the split is one. */
  readonly heldIds?: ReadonlySet<string>;
}

export interface PlannedVersion {
  made: MadeVersion;
  /** The bytes of its manifest. */
  manifest: () => Generator<Uint8Array>;
}

/**
 * Makes a version of an index by choices, and stores nothing; images are neither read nor copied. The same index and choices
 * give the same content id.
 * @throws AppError what `curateImages` refuses
 */
export function planVersion({ index, groups, curation, heldIds }: VersionOptions): PlannedVersion {
  const { classNames, ordinal, samples, leftOut, findings } = curateImages({ ...index, groups }, curation, heldIds ? { heldIds } : {});
  const split = splitOfManifest(curation.split);
  const header: ManifestHeader = { format: 'eyegazer-dataset/1', classNames, ordinal, split, shards: index.header.shards, sampleCount: samples.length };
  function* lines(): Generator<ManifestHeader | ManifestSample> {
    yield header;
    yield* samples;
  }
  const manifest = (): Generator<Uint8Array> => writeJsonLines(lines());
  const hash = createHash('sha256');
  for (const piece of manifest()) hash.update(piece);
  const made = { contentId: hash.digest('hex'), classNames, ordinal, split, curation, counts: countSamples(samples, classNames.length), leftOut, findings };
  return { made, manifest };
}

/** Puts a version's manifest into the store; its shards are there. */
export async function storeVersion({ made, manifest }: PlannedVersion, store: Pick<ArtifactStore, 'put'>): Promise<void> {
  const { sha256 } = await store.put(toAsync(manifest()));
  if (sha256 !== made.contentId) throw new AppError('INTERNAL', `Expected the store to hold ${made.contentId}, got ${sha256}.`);
}

/** Of a list only the file's name: the same content has the same id wherever it lies. */
function splitOfManifest(split: SplitConfig): SplitConfig {
  return split.kind === 'list' ? { kind: 'list', file: basename(split.file) } : split;
}
