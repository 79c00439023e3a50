/** Images in folders named after their classes: `<class>/<image>`, or `<split>/<class>/<image>`. */
import type { ImportProblem, SplitName } from '@eyegazer/core';
import type { DataSource } from '../source/data-source.js';
import { assignIds } from './assign-ids.js';
import { finishDataset } from './finish-dataset.js';
import type { FoundDataset } from './found-dataset.js';
import type { FoundRow } from './found-row.js';
import { isImageName } from './image-names.js';
import { compareNatural } from './natural-order.js';
import { parseSplit } from './split-names.js';

interface Place {
  readonly path: string;
  readonly split: SplitName | null;
  /** Null for an image that lies in no class. */
  readonly className: string | null;
}

function placeOf(path: string, divided: boolean): Place {
  const [first = '', second = '', third] = path.split('/');
  if (!divided) return { path, split: null, className: second === '' ? null : first };
  const split = parseSplit(first);
  return { path, split, className: split === null || third === undefined ? null : second };
}

/** Whether images lie in two or more folders of classes; folders of splits are looked into. */
export function isClassFolders(source: DataSource): boolean {
  const classes = new Set(findPlaces(source).flatMap(({ className }) => className ?? []));
  return classes.size > 1;
}

function findPlaces(source: DataSource): Place[] {
  const paths = source.files.flatMap(({ path }) => (isImageName(path) ? [path] : []));
  const divided = paths.some((path) => path.split('/').length > 2 && parseSplit(path.slice(0, path.indexOf('/'))) !== null);
  return paths.map((path) => placeOf(path, divided));
}

/**
 * Classes are the folders' names in natural order, or their own values where all are whole numbers. Images that lie directly in a
 * folder `test` are to be predicted; those that lie in no class otherwise are listed.
 * @throws AppError BAD_DATASET
 */
export function readClassFolders(source: DataSource): FoundDataset {
  const problems: ImportProblem[] = [];
  const rows: FoundRow[] = [];
  const places = findPlaces(source);
  const ids = assignIds(places.map(({ path }) => path));
  const names = new Set(places.flatMap(({ className }) => className ?? []));
  const numeric = [...names].every((name) => /^\d{1,3}$/.test(name));
  for (const [i, { path, split, className }] of places.entries()) {
    const id = ids[i] ?? null;
    if (id === null) {
      problems.push({ kind: 'unsafe-path', name: path, message: `${path}: expected a file name of at most 240 bytes without "..". Rename the file.` });
    } else if (className === null && !/^test(?:ing)?\/[^/]+$/i.test(path)) {
      problems.push({ kind: 'unlabelled-image', name: path, message: `${path} lies in no folder of a class.` });
    } else {
      rows.push({ id, name: path, place: path, label: className, split, group: null, read: () => source.readFile(path) });
    }
  }
  const classNames = numeric ? null : [...names].sort(compareNatural);
  return finishDataset({ layout: 'classFolders', rows, classNames, problems, hint: 'Put images into folders named after their classes.' });
}
