/**
 * Images and tables that name them. Hugging Face's imagefolder has `metadata.csv`, `metadata.jsonl` or `metadata.parquet` beside
 * the images, at the top or in the folder of each split, with a column `file_name`; others have a CSV file of any name, whose
 * column of images holds paths, file names or names without their ending.
 * https://huggingface.co/docs/datasets/image_load#imagefolder
 */
import type { Columns, ImportProblem } from '@eyegazer/core';
import type { DataSource } from '../source/data-source.js';
import { describeUnsafePath } from '../source/describe-unsafe-path.js';
import { assignIds } from './assign-ids.js';
import { chooseColumn, missingColumn, usualColumns } from './choose-column.js';
import { readCardClasses } from './class-label.js';
import { finishDataset } from './finish-dataset.js';
import type { FoundDataset } from './found-dataset.js';
import type { FoundRow } from './found-row.js';
import { baseName, folderOf, isImageName, withoutEnding } from './image-names.js';
import { openTable, type Table } from './open-table.js';
import { createRowReader, textOf } from './row-reader.js';
import { findSplit } from './split-names.js';

const metadataNames = new Set(['metadata.csv', 'metadata.jsonl', 'metadata.parquet']);

/** Paths of the metadata files of an imagefolder; none in another layout. */
export function findMetadata(source: DataSource): string[] {
  if (!source.files.some(({ path }) => isImageName(path))) return [];
  return source.files.flatMap(({ path }) => (metadataNames.has(baseName(path)) ? [path] : []));
}

/** Paths of the CSV files that name images: those with the column named, or with columns of usual names for image and label. */
export async function findTables(source: DataSource, columns: Columns): Promise<string[]> {
  if (!source.files.some(({ path }) => isImageName(path))) return [];
  const found: string[] = [];
  let labelled = false;
  for (const { path } of source.files) {
    if (!path.endsWith('.csv')) continue;
    const names = await readColumnNames(source, path);
    if (chooseColumn(names, columns.image, usualColumns.image) === null) continue;
    found.push(path);
    labelled ||= chooseColumn(names, columns.label, usualColumns.label) !== null;
  }
  return labelled ? found : [];
}

async function readColumnNames(source: DataSource, path: string): Promise<string[]> {
  const table = await openTable(source, path);
  for await (const { fields } of table.rows) return [...fields.keys()];
  return [];
}

interface NamedImage extends Omit<FoundRow, 'id'> {
  readonly path: string;
}

/**
 * The label's column is the one named, or the first that is there of label, labels, diagnosis, class, target, grade, level, category;
 * the image's is the one named, or `file_name` (in a table that is no metadata: the first of the usual names). A row without label
 * is an image to predict.
 * @throws AppError BAD_DATASET, BAD_FILE, TOO_LARGE
 */
export async function readTables(source: DataSource, { columns, tables, layout }: { columns: Columns; tables: readonly string[]; layout: 'imagefolder' | 'table' }): Promise<FoundDataset> {
  const problems: ImportProblem[] = [];
  const named: NamedImage[] = [];
  const find = layout === 'imagefolder' ? findBeside(source) : findAnywhere(source);
  let classNames: readonly string[] | undefined;
  let labelled = false;
  let names: readonly string[] = [];
  const card = await readCardClasses(source);
  for (const path of tables) {
    const table = await openTable(source, path);
    try {
      const { labelColumn, columns: found } = await addImages(table, { source, columns, problems, named, find, layout });
      names = found;
      if (labelColumn === null) continue;
      labelled = true;
      classNames ??= table.classNames.get(labelColumn) ?? card.get(labelColumn);
    } finally {
      await table.close();
    }
  }
  if (!labelled) throw missingColumn({ key: 'columns.label', wanted: columns.label ?? 'label', place: tables.join(', '), columns: names });
  const ids = assignIds([...new Set(named.map(({ path }) => path))]);
  const idOf = new Map([...new Set(named.map(({ path }) => path))].map((path, i) => [path, ids[i] ?? null]));
  const rows: FoundRow[] = [];
  for (const { path, ...image } of named) {
    const id = idOf.get(path) ?? null;
    if (id !== null) rows.push({ id, ...image });
    else problems.push({ kind: 'unsafe-path', name: path, message: `${image.place}: expected a file name of at most 240 bytes without "..", got ${path}. Rename the file.` });
  }
  for (const { path } of source.files) {
    if (isImageName(path) && !idOf.has(path)) problems.push({ kind: 'unlabelled-image', name: path, message: `${path} has no row in ${tables.slice(0, 3).join(', ')}.` });
  }
  return finishDataset({ layout, rows, classNames: classNames ?? null, problems, hint: 'Name the column of the labels as columns.label.' });
}

interface Adding {
  readonly source: DataSource;
  readonly columns: Columns;
  readonly problems: ImportProblem[];
  readonly named: NamedImage[];
  readonly find: (folder: string, value: string) => string | null;
  readonly layout: 'imagefolder' | 'table';
}

/** @returns the table's columns, and the label's among them, null when it has none */
async function addImages({ path: tablePath, rows }: Table, { source, columns, problems, named, find, layout }: Adding): Promise<{ labelColumn: string | null; columns: readonly string[] }> {
  const usualImages = layout === 'imagefolder' ? ['file_name'] : usualColumns.image;
  let labelColumn: string | null = null;
  let imageColumn: string | null = null;
  let names: readonly string[] = [];
  let reader: ReturnType<typeof createRowReader> | undefined;
  for await (const row of rows) {
    const { place, fields } = row;
    if (reader === undefined) {
      names = [...fields.keys()];
      imageColumn = chooseColumn(names, columns.image, usualImages);
      labelColumn = chooseColumn(names, columns.label, usualColumns.label);
      if (imageColumn === null) throw missingColumn({ key: 'columns.image', wanted: columns.image ?? usualImages.join(' or '), place: tablePath, columns: names });
      reader = createRowReader({ path: tablePath, columns, used: [imageColumn, labelColumn ?? ''], mustHave: labelColumn !== null, problems });
    }
    const value = textOf(fields.get(imageColumn ?? ''));
    const facts = reader.read(row);
    const unsafe = value === null ? 'it is empty' : describeUnsafePath(value);
    if (value === null || unsafe !== null) {
      problems.push({ kind: 'unsafe-path', name: value ?? '', message: `${place}: expected the path of an image in ${imageColumn}, but ${unsafe}.` });
      continue;
    }
    const path = find(folderOf(tablePath), value);
    named.push({
      path: path ?? folderOf(tablePath) + value,
      name: path ?? value,
      place,
      label: labelColumn === null ? null : fields.get(labelColumn),
      group: facts.group,
      split: facts.split ?? findSplit(path ?? tablePath),
      read: path === null ? null : () => source.readFile(path),
      missing: `expected one image ${value}, found none or several.`,
    });
  }
  return { labelColumn, columns: names };
}

function findBeside(source: DataSource): Adding['find'] {
  const paths = new Set(source.files.flatMap(({ path }) => (isImageName(path) ? [path] : [])));
  return (folder, value) => (paths.has(folder + value) ? folder + value : null);
}

/** By path, or by a file name that only one image has; with or without its ending. */
function findAnywhere(source: DataSource): Adding['find'] {
  const byPath = new Map<string, string | null>();
  const byName = new Map<string, string | null>();
  const add = (map: Map<string, string | null>, name: string, path: string): void => {
    map.set(name, map.has(name) ? null : path);
  };
  for (const { path } of source.files) {
    if (!isImageName(path)) continue;
    for (const name of [path, withoutEnding(path)]) add(byPath, name, path);
    for (const name of [baseName(path), withoutEnding(baseName(path))]) add(byName, name, path);
  }
  return (folder, value) => byPath.get(folder + value) ?? byPath.get(value) ?? byName.get(value) ?? null;
}
