import type { ExportLayout } from '@eyegazer/core';
import type { DatasetVersion } from '../version/load-dataset-version.js';
import { writeDatasetCard } from './dataset-card.js';
import { exportedSplits, type ExportedSplit } from './export-splits.js';
import { imageFiles } from './image-files.js';
import { parquetFiles } from './parquet-files.js';
import { streamZip, type ZipEntry } from './stream-zip.js';

export interface ExportOptions {
  readonly version: DatasetVersion;
  readonly layout: ExportLayout;
  /** What the card calls the dataset: `aptos@3`. */
  readonly name: string;
  readonly signal?: AbortSignal;
}

/**
 * A version as a zip archive, straight from its shards; memory holds a row group or a few images. It unpacks to a folder that
 * `datasets.load_dataset` opens with the names of the classes, and that an import reads back to the same images and labels. What is
 * held out is the split validation, what has no label is test. The same version is the same bytes.
 * @throws AppError CORRUPT_ARTIFACT, CANCELLED, and what the store throws; a zip without its end opens nowhere
 */
export function exportVersion({ version, layout, name, signal }: ExportOptions): AsyncIterable<Uint8Array> {
  const splits = exportedSplits(version);
  const entryCount = 1 + splits.reduce((sum, { samples }) => sum + samples.length + 1, 0);
  return streamZip(exportedFiles({ version, layout, name, signal, splits }), layout === 'parquet' ? 0 : entryCount);
}

async function* exportedFiles({ version, layout, name, signal, splits }: Omit<ExportOptions, 'signal'> & { signal: AbortSignal | undefined; splits: readonly ExportedSplit[] }): AsyncGenerator<ZipEntry, void, undefined> {
  const { classNames } = version.header;
  yield { name: 'README.md', content: Buffer.from(writeDatasetCard({ name, layout, classNames, splits })) };
  for (const split of splits) yield* layout === 'parquet' ? parquetFiles(version, split, signal) : imageFiles(version, split, signal);
}
