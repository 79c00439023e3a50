/**
 * What a source of files means as a dataset. Four layouts are known by their files; nothing needs to be said, except where
 * columns have names of their own.
 */
import { AppError, type Columns } from '@eyegazer/core';
import type { DataSource } from '../source/data-source.js';
import { isAptos, readAptos } from './aptos-layout.js';
import { isClassFolders, readClassFolders } from './class-folders.js';
import type { FoundDataset } from './found-dataset.js';
import { isForeignImageName, isImageName } from './image-names.js';
import { findParquet, readParquetLayout } from './parquet-layout.js';
import { findMetadata, findTables, readTables } from './table-layout.js';

export interface ReadLayoutOptions {
  /** Names of columns where they are not the layout's own. */
  readonly columns: Columns;
  /** Where images inside parquet files may be unpacked, if they are read in another order than they lie in. */
  readonly workFolder?: string;
}

/**
 * Reads the tables and file lists of a source, no image yet. Looked for in this order: Kaggle's APTOS layout, a Hugging Face
 * imagefolder with metadata, parquet files, a CSV file with columns of images and labels, class folders. What is found and
 * cannot be used is listed by name.
 * @throws AppError BAD_DATASET when the source is something else or no image has a usable label, BAD_FILE and TOO_LARGE for a table that is not what it should be
 */
export async function readLayout(source: DataSource, { columns, workFolder }: ReadLayoutOptions): Promise<FoundDataset> {
  const found = await readKnown(source, { columns, ...(workFolder === undefined ? {} : { workFolder }) });
  const foreign = source.files.flatMap(({ path }) =>
    isForeignImageName(path) ? [{ kind: 'ignored-file' as const, name: path, message: `${path} is not read: expected PNG, JPEG, WebP or TIFF images. Convert it.` }] : [],
  );
  return { ...found, problems: [...source.problems, ...found.problems, ...foreign] };
}

async function readKnown(source: DataSource, { columns, workFolder }: ReadLayoutOptions): Promise<FoundDataset> {
  if (isAptos(source)) return readAptos(source, columns);
  const metadata = findMetadata(source);
  if (metadata.length > 0) return readTables(source, { columns, tables: metadata, layout: 'imagefolder' });
  const parquet = findParquet(source);
  if (parquet.length > 0) return readParquetLayout(source, { columns, paths: parquet, workFolder: workFolder ?? null });
  const tables = await findTables(source, columns);
  if (tables.length > 0) return readTables(source, { columns, tables, layout: 'table' });
  if (isClassFolders(source)) return readClassFolders(source);
  throw describeUnknown(source);
}

function describeUnknown(source: DataSource): AppError {
  const top = new Map<string, number>();
  for (const { path } of source.files) {
    const slash = path.indexOf('/');
    const name = slash === -1 ? path : path.slice(0, slash + 1);
    top.set(name, (top.get(name) ?? 0) + 1);
  }
  const names = [...top].map(([name, count]) => (name.endsWith('/') ? `${name} (${count} files)` : name));
  const shown = names.slice(0, 8).join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '');
  const images = source.files.filter(({ path }) => isImageName(path)).length;
  return new AppError(
    'BAD_DATASET',
    [
      `${source.name} holds no dataset in a layout that is known: found ${shown || 'nothing'}, ${images} images in all. Expected one of`,
      '- class folders: <class>/<image> or train/<class>/<image>, two classes or more',
      '- Hugging Face imagefolder: images and metadata.csv (or .jsonl, .parquet) with the columns file_name and label',
      '- Hugging Face parquet: data/train-*.parquet with the columns image {bytes, path} and label',
      '- Kaggle APTOS: train.csv with the columns id_code and diagnosis, beside a folder train_images',
      'or a CSV file beside images: name its columns as columns.image and columns.label.',
    ].join('\n'),
  );
}
