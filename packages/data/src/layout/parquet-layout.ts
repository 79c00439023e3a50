/**
 * Hugging Face's parquet layout: `data/<split>-00000-of-00002.parquet`, or any parquet files, with a column `image` that is a
 * struct {bytes, path} and a column of labels: class ids with the names of a ClassLabel, numbers or texts.
 */
import { AppError, type Columns, type ImportProblem } from '@eyegazer/core';
import { openParquet, type ParquetFile, type ParquetLeaf } from '@eyegazer/formats';
import { isSafeId } from '../import/is-safe-id.js';
import { maxFiles } from '../source/arrange-files.js';
import type { DataSource, RandomAccessFile } from '../source/data-source.js';
import { chooseColumn, missingColumn, usualColumns } from './choose-column.js';
import { parseNotedClasses, readCardClasses } from './class-label.js';
import { finishDataset } from './finish-dataset.js';
import type { FoundDataset } from './found-dataset.js';
import type { FoundRow } from './found-row.js';
import { baseName, withoutEnding } from './image-names.js';
import { compareCodeUnits } from './natural-order.js';
import { createParquetImages, type ImageFile, type ImageRow, type ParquetImages } from './parquet-images.js';
import { createRowReader } from './row-reader.js';
import { findSplit } from './split-names.js';

export function findParquet(source: DataSource): string[] {
  return source.files.flatMap(({ path }) => (path.toLowerCase().endsWith('.parquet') ? [path] : []));
}

interface PlacedRow {
  readonly at: ImageRow;
  readonly place: string;
  /** File name of the image, as its struct says. */
  readonly fileName: string | null;
  readonly label: unknown;
  readonly group: string | null;
  readonly split: FoundRow['split'];
  /** Where no file name serves as id. */
  readonly rowId: string;
}

export interface ParquetLayoutOptions {
  readonly columns: Columns;
  readonly paths: readonly string[];
  readonly workFolder: string | null;
}

/**
 * An image's id is the file name in its `path` without the ending, where no other image has the same, else the file's name and the
 * row: `train-00000-of-00002-17`. Splits come from the files' names.
 * @throws AppError BAD_DATASET, BAD_FILE, TOO_LARGE
 */
export async function readParquetLayout(source: DataSource, { columns, paths, workFolder }: ParquetLayoutOptions): Promise<FoundDataset> {
  const problems: ImportProblem[] = [];
  const handles: RandomAccessFile[] = [];
  const files: ImageFile[] = [];
  const placed: PlacedRow[] = [];
  const closeAll = async (images?: ParquetImages): Promise<void> => {
    await images?.close();
    for (const handle of handles.splice(0)) await handle.close();
  };
  try {
    const card = await readCardClasses(source);
    let classNames: readonly string[] | null = null;
    let labelled = false;
    let rowCount = 0;
    let names: readonly string[] = [];
    for (const path of paths) {
      const handle = await source.openFile(path);
      handles.push(handle);
      const file = await openParquet(handle, path);
      rowCount += file.groupRows.reduce((sum, rows) => sum + rows, 0);
      if (rowCount > maxFiles) throw new AppError('TOO_LARGE', `${path}: expected at most ${maxFiles} rows in all parquet files, got ${rowCount} up to this one. Import the dataset in parts.`);
      const image = findImageColumn(file, columns, path);
      files.push({ file, bytesLeaf: image.bytes });
      names = columnNames(file);
      const labelColumn = chooseColumn(names, columns.label, usualColumns.label);
      await addRows(placed, { file, index: files.length - 1, path, image, labelColumn, columns, problems });
      if (labelColumn === null) continue;
      labelled = true;
      classNames ??= parseNotedClasses(file.keyValues.get('huggingface')).get(labelColumn) ?? card.get(labelColumn) ?? null;
    }
    if (!labelled) throw missingColumn({ key: 'columns.label', wanted: columns.label ?? 'label', place: paths.slice(0, 3).join(', '), columns: names });
    const ids = assignRowIds(placed);
    const order = [...ids.keys()].sort((a, b) => compareCodeUnits(ids[a] ?? '', ids[b] ?? '')).flatMap((i) => placed[i]?.at ?? []);
    const images = createParquetImages({ files, order, workFolder });
    const rows = placed.map(({ at, place, label, group, split }, i): FoundRow => ({ id: ids[i] ?? '', name: place, place, label, group, split, read: () => images.read(at, place) }));
    return finishDataset({ layout: 'parquet', rows, classNames, problems, hint: 'Name the column of the labels as columns.label.', close: () => closeAll(images) });
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function columnNames(file: ParquetFile): string[] {
  return [...new Set(file.leaves.map(({ path: [name = ''] }) => name))];
}

interface ImageColumn {
  readonly name: string;
  readonly bytes: ParquetLeaf;
  readonly path: ParquetLeaf | undefined;
}

/** @throws AppError BAD_DATASET showing the columns that are there */
function findImageColumn(file: ParquetFile, columns: Columns, path: string): ImageColumn {
  const structs = file.leaves.filter((leaf) => leaf.path.length === 2 && leaf.path[1] === 'bytes' && (leaf.kind === 'bytes' || leaf.kind === 'string'));
  const bytes = structs.find(({ path: [name] }) => name === (columns.image ?? 'image')) ?? (columns.image === undefined && structs.length === 1 ? structs[0] : undefined);
  if (bytes === undefined) {
    const shown = file.leaves.slice(0, 20).map((leaf) => `${leaf.path.join('.')} (${leaf.kind})`);
    throw new AppError('BAD_DATASET', `${path}: expected a column ${columns.image ?? 'image'} that is a struct {bytes, path}, as the library datasets writes images, got ${shown.join(', ') || 'no column'}. Name the column as columns.image if it has another name.`, { path: 'columns.image' });
  }
  const [name = ''] = bytes.path;
  return { name, bytes, path: file.leaves.find((leaf) => leaf.path.length === 2 && leaf.path[0] === name && leaf.path[1] === 'path' && leaf.kind === 'string') };
}

interface Adding {
  readonly file: ParquetFile;
  readonly index: number;
  readonly path: string;
  readonly image: ImageColumn;
  readonly labelColumn: string | null;
  readonly columns: Columns;
  readonly problems: ImportProblem[];
}

async function addRows(placed: PlacedRow[], { file, index, path, image, labelColumn, columns, problems }: Adding): Promise<void> {
  const flat = file.leaves.filter((leaf) => leaf.path.length === 1);
  const wanted = [labelColumn, columns.group, columns.split].flatMap((name) => flat.find((leaf) => leaf.path[0] === name) ?? []);
  const label = flat.find((leaf) => leaf.path[0] === labelColumn);
  if (labelColumn !== null && (label === undefined || label.kind === 'other' || label.kind === 'bytes')) {
    throw new AppError('BAD_DATASET', `${path}: expected the column ${labelColumn} to hold numbers or texts, got ${label?.kind ?? 'a struct or a list'}. Name another column as columns.label.`, { path: 'columns.label' });
  }
  const reader = createRowReader({ path, columns, used: [image.name, labelColumn ?? ''], mustHave: labelColumn !== null, problems });
  const others = new Map<string, unknown>(columnNames(file).map((name) => [name, undefined]));
  const stem = path.slice(0, -'.parquet'.length).replaceAll('/', '__');
  const splitOfFile = findSplit(path);
  let row = 0;
  for (const [group, rowCount] of file.groupRows.entries()) {
    const values = new Map<string, unknown[]>();
    for (const leaf of wanted) values.set(leaf.path[0] ?? '', await file.readLeaf(leaf, group));
    const fileNames = image.path === undefined ? [] : await file.readLeaf(image.path, group);
    for (let i = 0; i < rowCount; i++) {
      const place = `${path} row ${++row}`;
      const fields = new Map(others);
      for (const [name, column] of values) fields.set(name, column[i]);
      const facts = reader.read({ place, fields });
      const fileName = fileNames[i];
      placed.push({
        at: { file: index, group, row: i },
        place,
        fileName: typeof fileName === 'string' ? fileName : null,
        label: labelColumn === null ? null : fields.get(labelColumn),
        group: facts.group,
        split: facts.split ?? splitOfFile,
        rowId: `${stem.replace(/^data__/, '')}-${row}`,
      });
    }
  }
}

function assignRowIds(placed: readonly PlacedRow[]): string[] {
  const stems = placed.map(({ fileName }) => (fileName === null ? null : withoutEnding(baseName(fileName.replaceAll('\\', '/')))));
  const counts = new Map<string | null, number>();
  for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return placed.map(({ rowId }, i) => {
    const stem = stems[i] ?? null;
    return stem !== null && counts.get(stem) === 1 && isSafeId(stem) ? stem : rowId;
  });
}
