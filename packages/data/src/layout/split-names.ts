import type { SplitName } from '@eyegazer/core';

const splits: Readonly<Record<string, SplitName>> = {
  train: 'train',
  training: 'train',
  validation: 'eval',
  valid: 'eval',
  val: 'eval',
  dev: 'eval',
  eval: 'eval',
  evaluation: 'eval',
  test: 'eval',
  testing: 'eval',
};

/** What folders, files and columns call a split; labelled test images are held out as validation ones are. */
export function parseSplit(name: string): SplitName | null {
  const key = name.trim().toLowerCase();
  return Object.hasOwn(splits, key) ? (splits[key] ?? null) : null;
}

/** The split in a path: `data/train-00000-of-00002.parquet`, `default/test/0000.parquet`. The file's name goes before its folders. */
export function findSplit(path: string): SplitName | null {
  for (const part of path.split('/').reverse()) {
    const split = parseSplit(/^[a-z]+/i.exec(part)?.[0] ?? '');
    if (split !== null) return split;
  }
  return null;
}
