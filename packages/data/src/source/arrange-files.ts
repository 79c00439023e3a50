import { AppError } from '@eyegazer/core';
import type { SourceFile } from './data-source.js';

/** Files of one source: an index of more would not fit in memory beside the rest. */
export const maxFiles = 2_000_000;

/** Folders that mean something by themselves: a dataset with one split is not wrapped by it. */
const splitFolders = new Set(['train', 'training', 'validation', 'valid', 'val', 'dev', 'eval', 'evaluation', 'test', 'testing', 'data']);

export interface ArrangedFiles<T extends SourceFile> {
  /** By path, in the order of code units. */
  files: T[];
  /** What was taken off every path: `aptos/`, or nothing. */
  wrapper: string;
}

/**
 * Puts files in the one order that every source has, and takes off folders that only wrap everything: `aptos/train.csv` becomes `train.csv`.
 * @throws AppError BAD_DATASET when a path is there twice
 */
export function arrangeFiles<T extends SourceFile>(found: readonly T[], name: string): ArrangedFiles<T> {
  const wrapper = findWrapper(found);
  const files = wrapper === '' ? [...found] : found.map((file) => ({ ...file, path: file.path.slice(wrapper.length) }));
  files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const [i, file] of files.entries()) {
    if (files[i + 1]?.path === file.path) {
      throw new AppError('BAD_DATASET', `${name} has two files named ${wrapper}${file.path}. Expected every name once; pack the archive again.`);
    }
  }
  return { files, wrapper };
}

/** @throws AppError BAD_DATASET */
export function assertFileCount(count: number, name: string): void {
  if (count > maxFiles) throw new AppError('BAD_DATASET', `${name} has more than ${maxFiles} files. Import it in parts.`);
}

function findWrapper(files: readonly SourceFile[]): string {
  let wrapper = '';
  for (;;) {
    const [first] = files;
    const end = first?.path.indexOf('/', wrapper.length) ?? -1;
    if (first === undefined || end === -1) return wrapper;
    const folder = first.path.slice(wrapper.length, end);
    const longer = first.path.slice(0, end + 1);
    if (splitFolders.has(folder.toLowerCase()) || !files.every(({ path }) => path.startsWith(longer))) return wrapper;
    wrapper = longer;
  }
}
