import { formatCount, formatPercent } from '@eyegazer/client';
import type { Curation, DuplicatePolicy, SplitConfig } from '@eyegazer/core';

/** How the held-out part was chosen. */
export function describeSplit(split: SplitConfig): string {
  switch (split.kind) {
    case 'stratified':
      return `${formatPercent(split.holdout, Number.isInteger(Math.round(split.holdout * 1e4) / 100) ? 0 : 1)} of every class, seed ${split.seed}`;
    case 'kfold':
      return `fold ${split.fold + 1} of ${split.folds}, seed ${split.seed}`;
    case 'given':
      return 'as the source says';
    case 'list':
      return `listed in ${split.file}`;
    case 'ids':
      return `${formatCount(split.ids.length)} ${split.ids.length === 1 ? 'id' : 'ids'} of a list`;
    default:
      return split satisfies never;
  }
}

export const policyWords: Record<DuplicatePolicy, string> = { keepAll: 'Keep all', keepOne: 'Keep one', dropGroup: 'Drop the group' };

/** What was done to the classes: `0 → healthy`, `1, 2, 3, 4 → not healthy`; nothing where every label is a class of its own name. */
export function describeClasses({ classes }: Curation): string[] {
  return (classes ?? []).flatMap(({ name, labels }) => (labels.length === 1 && labels[0] === name ? [] : [`${labels.join(', ')} → ${name}`]));
}
