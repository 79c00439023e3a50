/**
 * Kaggle's APTOS 2019 layout: `train.csv` (id_code,diagnosis) with `train_images/<id>.png`, and, if there,
 * `test.csv` (id_code) with `test_images/` for images without label.
 */
import { extname } from 'node:path';
import { AppError, type ImportProblem } from '@eyegazer/core';
import { readCsv } from '@eyegazer/formats';
import { imageExtensions } from '../image/detect-image-format.js';
import type { SourceImage } from '../version/read-images.js';
import type { DataFolder } from './data-folder.js';
import { isSafeId } from './is-safe-id.js';
import { parseGrade } from './parse-grade.js';

export interface AptosFolder {
  /** In the order of train.csv, then of test.csv. */
  images: SourceImage[];
  problems: ImportProblem[];
  /** Every id that train.csv names. */
  labelledIds: Set<string>;
}

const wanted = 'train.csv with the columns id_code and diagnosis, beside a folder train_images of PNG, JPEG, WebP or TIFF files';

/**
 * Reads the tables and the file lists, no image yet.
 * @throws AppError BAD_DATASET when the folder is something else, BAD_FILE when a table is not CSV or lacks a column
 */
export async function readAptosFolder(folder: DataFolder): Promise<AptosFolder> {
  const found: AptosFolder = { images: [], problems: [], labelledIds: new Set() };
  const seen = new Set<string>();
  const [train, trainImages] = [await folder.findFile('train.csv'), await folder.list('train_images')];
  if (train === null || trainImages === null) throw await describeOtherLayout(folder, train === null ? 'train.csv' : 'train_images');
  await addImages(found, { folder, table: train, tableName: 'train.csv', imageFolder: 'train_images', names: trainImages, seen, labelled: true });

  const [test, testImages] = [await folder.findFile('test.csv'), await folder.list('test_images')];
  if (test !== null && testImages === null) {
    throw new AppError('BAD_DATASET', `Expected a folder test_images beside test.csv in ${folder.path}, found none. Add it, or remove test.csv.`);
  }
  if (test !== null && testImages !== null) {
    await addImages(found, { folder, table: test, tableName: 'test.csv', imageFolder: 'test_images', names: testImages, seen, labelled: false });
  }
  return found;
}

interface Part {
  folder: DataFolder;
  /** Path of the CSV file. */
  table: string;
  tableName: string;
  imageFolder: string;
  /** File names in the image folder. */
  names: string[];
  /** Ids taken so far, over all parts. */
  seen: Set<string>;
  labelled: boolean;
}

async function addImages(found: AptosFolder, part: Part): Promise<void> {
  const { folder, table, tableName, imageFolder, seen, labelled } = part;
  const add = (kind: ImportProblem['kind'], name: string, message: string): void => {
    found.problems.push({ kind, name, message });
  };
  const files = indexByStem(part, add);
  for await (const { fields, line } of readCsv(table, labelled ? ['id_code', 'diagnosis'] : ['id_code'])) {
    const id = (fields['id_code'] ?? '').trim();
    const at = `${tableName} line ${line}`;
    if (!isSafeId(id)) {
      add('unsafe-path', id, `${at}: expected an id that is a plain file name without its ending, got ${JSON.stringify(id)}.`);
      continue;
    }
    const file = files.get(id);
    files.delete(id);
    if (labelled) found.labelledIds.add(id);
    if (seen.has(id)) {
      add('duplicate-id', id, `${at}: id ${id} was named before; its first row counts.`);
      continue;
    }
    seen.add(id);
    const label = labelled ? parseGrade(fields['diagnosis'] ?? '') : null;
    if (label !== null && typeof label !== 'number') {
      add('bad-label', id, `${at}: ${label.expected}`);
    } else if (file === undefined) {
      add('missing-image', id, `${at}: expected an image ${imageFolder}/${id}.png (or .jpg, .webp, .tif), found none.`);
    } else {
      const path = `${imageFolder}/${file}`;
      found.images.push({ id, label, name: path, read: () => folder.readFile(path) });
    }
  }
  for (const [stem, file] of files) {
    if (!seen.has(stem)) add('unlabelled-image', file, `${imageFolder}/${file} has no row in ${tableName}.`);
  }
}

/** Image files by their stem; of two with one stem, the first by name. */
function indexByStem({ names, imageFolder }: Part, add: (kind: ImportProblem['kind'], name: string, message: string) => void): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of names) {
    const extension = extname(name);
    if (!imageExtensions.some((known) => known === extension.toLowerCase())) continue;
    const stem = name.slice(0, -extension.length);
    const first = files.get(stem);
    if (first === undefined) files.set(stem, name);
    else add('duplicate-id', name, `${imageFolder}/${name} has the id of ${imageFolder}/${first}, which is used.`);
  }
  return files;
}

async function describeOtherLayout(folder: DataFolder, missing: string): Promise<AppError> {
  const names = (await folder.list('')) ?? [];
  const shown = names.slice(0, 8).join(', ') + (names.length > 8 ? `, and ${names.length - 8} more` : '');
  return new AppError('BAD_DATASET', `Expected Kaggle's APTOS layout in ${folder.path} (${wanted}), but ${missing} is missing. Found ${shown || 'an empty folder'}.`, {
    details: { missing },
  });
}
