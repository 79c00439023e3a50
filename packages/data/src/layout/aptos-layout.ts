/**
 * Kaggle's APTOS 2019 layout: `train.csv` (id_code,diagnosis) with `train_images/<id>.png`, and, if there,
 * `test.csv` (id_code) with `test_images/` for images without label.
 */
import { AppError, type Columns, type ImportProblem } from '@eyegazer/core';
import { isSafeId } from '../import/is-safe-id.js';
import type { DataSource } from '../source/data-source.js';
import { missingColumn } from './choose-column.js';
import { finishDataset } from './finish-dataset.js';
import type { FoundDataset } from './found-dataset.js';
import type { FoundRow } from './found-row.js';
import { baseName, folderOf, isImageName, withoutEnding } from './image-names.js';
import { openTable } from './open-table.js';
import { createRowReader, textOf } from './row-reader.js';

export function isAptos(source: DataSource): boolean {
  return source.files.some(({ path }) => path === 'train.csv') && source.files.some(({ path }) => path.startsWith('train_images/'));
}

/**
 * Columns are id_code and diagnosis, unless others are named. Rows of train.csv must have a label, images of test_images have none.
 * @throws AppError BAD_DATASET, BAD_FILE when a table is not CSV or lacks a column
 */
export async function readAptos(source: DataSource, columns: Columns): Promise<FoundDataset> {
  const problems: ImportProblem[] = [];
  const rows: FoundRow[] = [];
  await addRows({ source, columns, problems, rows, table: 'train.csv', folder: 'train_images/', labelled: true });
  if (source.files.some(({ path }) => path === 'test.csv')) {
    if (!source.files.some(({ path }) => path.startsWith('test_images/'))) {
      throw new AppError('BAD_DATASET', `Expected a folder test_images beside test.csv in ${source.name}, found none. Add it, or remove test.csv.`);
    }
    await addRows({ source, columns, problems, rows, table: 'test.csv', folder: 'test_images/', labelled: false });
  }
  return finishDataset({ layout: 'aptos', rows, classNames: null, problems, hint: `Labels are read from the column ${columns.label ?? 'diagnosis'} of train.csv.` });
}

interface Part {
  readonly source: DataSource;
  readonly columns: Columns;
  readonly problems: ImportProblem[];
  readonly rows: FoundRow[];
  readonly table: string;
  /** With `/` at its end. */
  readonly folder: string;
  readonly labelled: boolean;
}

async function addRows({ source, columns, problems, rows, table: tableName, folder, labelled }: Part): Promise<void> {
  const [idColumn, labelColumn] = [columns.image ?? 'id_code', columns.label ?? 'diagnosis'];
  const files = indexByStem({ source, folder, problems });
  const unnamed = new Map(files);
  const reader = createRowReader({ path: tableName, columns, used: labelled ? [idColumn, labelColumn] : [idColumn], mustHave: labelled, problems });
  const table = await openTable(source, tableName);
  for await (const row of table.rows) {
    const { place, fields } = row;
    const names = [...fields.keys()];
    for (const [key, column] of labelled ? ([['columns.image', idColumn], ['columns.label', labelColumn]] as const) : ([['columns.image', idColumn]] as const)) {
      if (!fields.has(column)) throw missingColumn({ key, wanted: column, place: tableName, columns: names });
    }
    const id = withoutEnding(textOf(fields.get(idColumn)) ?? '');
    if (!isSafeId(id)) {
      problems.push({ kind: 'unsafe-path', name: id, message: `${place}: expected an id that is a plain file name without its ending, got ${JSON.stringify(id)}.` });
      continue;
    }
    const path = files.get(id);
    unnamed.delete(id);
    rows.push({
      id,
      name: path ?? `${folder}${id}`,
      place,
      label: labelled ? fields.get(labelColumn) : null,
      mustHaveLabel: labelled,
      ...reader.read(row),
      read: path === undefined ? null : () => source.readFile(path),
      missing: `expected an image ${folder}${id}.png (or .jpg, .webp, .tif), found none.`,
    });
  }
  for (const path of unnamed.values()) problems.push({ kind: 'unlabelled-image', name: path, message: `${path} has no row in ${tableName}.` });
}

/** Paths of the images in a folder by their stem; of two with one stem, the first by name. */
function indexByStem({ source, folder, problems }: Pick<Part, 'source' | 'folder' | 'problems'>): Map<string, string> {
  const files = new Map<string, string>();
  for (const { path } of source.files) {
    if (folderOf(path) !== folder || !isImageName(path)) continue;
    const stem = withoutEnding(baseName(path));
    const first = files.get(stem);
    if (first === undefined) files.set(stem, path);
    else problems.push({ kind: 'duplicate-id', name: path, message: `${path} has the id of ${first}, which is used.` });
  }
  return files;
}
