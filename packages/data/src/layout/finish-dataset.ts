import { AppError, type DatasetLayout, type ImportProblem } from '@eyegazer/core';
import { listProblems } from '../import/list-problems.js';
import type { FoundDataset, FoundImage } from './found-dataset.js';
import type { FoundRow } from './found-row.js';
import { compareCodeUnits } from './natural-order.js';
import { resolveLabels } from './resolve-labels.js';

export interface FoundRows {
  readonly layout: DatasetLayout;
  readonly rows: readonly FoundRow[];
  /** As a ClassLabel has them, where there is one. */
  readonly classNames: readonly string[] | null;
  readonly problems: readonly ImportProblem[];
  /** What to do where no row has a label. */
  readonly hint: string;
  readonly close?: () => Promise<void>;
}

/** Gives labels their classes and images their order; what cannot be used is listed. @throws AppError BAD_DATASET when no image has a usable label */
export function finishDataset({ layout, rows, classNames, problems: found, hint, close }: FoundRows): FoundDataset {
  const problems = [...found];
  const { labels, numeric, resolved } = resolveLabels(rows.map(({ label }) => label), classNames);
  const counts = labels.map(() => 0);
  const images: FoundImage[] = [];
  const ids = new Set<string>();
  for (const [i, row] of rows.entries()) {
    const { id, name, place, split, group, read } = row;
    const label = resolved[i] ?? null;
    if (ids.has(id)) {
      problems.push({ kind: 'duplicate-id', name: id, message: `${place}: id ${id} was named before; its first row counts.` });
      continue;
    }
    ids.add(id);
    if (label === null ? row.mustHaveLabel : typeof label === 'object') {
      const expected = label === null || typeof label === 'number' ? 'expected a label, got nothing.' : label.expected;
      problems.push({ kind: 'bad-label', name: id, message: `${place}: ${expected}` });
    } else if (read === null) {
      problems.push({ kind: 'missing-image', name: id, message: `${place}: ${row.missing ?? 'there is no such image.'}` });
    } else {
      const classId = typeof label === 'number' ? label : null;
      if (classId !== null) counts[classId] = (counts[classId] ?? 0) + 1;
      images.push({ id, name, label: classId, split: classId === null && split !== null ? 'predict' : split, group, read });
    }
  }
  if (!counts.some((count) => count > 0)) throw describeNoLabels(problems, hint);
  for (const [classId, count] of counts.entries()) {
    if (count === 0) problems.push({ kind: 'empty-class', name: labels[classId] ?? '', message: `No image has the label ${labels[classId]}; it stays a class. Choose other classes to leave it out.` });
  }
  images.sort((a, b) => compareCodeUnits(a.id, b.id));
  return { layout, labels, numeric, images, problems, ...(close === undefined ? {} : { close }) };
}

function describeNoLabels(problems: readonly ImportProblem[], hint: string): AppError {
  const first = listProblems(problems.filter(({ kind }) => kind !== 'unknown-column').slice(0, 3)).map(({ message }) => message);
  const more = problems.length > first.length ? ` (and ${problems.length - first.length} more problems)` : '';
  return new AppError('BAD_DATASET', `Expected usable labelled images, found none. ${[...first, hint].join(' ')}${more}`, { details: { problems: listProblems(problems) } });
}
