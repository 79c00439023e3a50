import { formatPercent } from '@eyegazer/client';
import type { SplitConfig } from '@eyegazer/core';

/** How images were held out, in a few words. */
export function formatSplit(split: SplitConfig): string {
  switch (split.kind) {
    case 'stratified':
      return `${formatPercent(split.holdout)} of every class, seed ${split.seed}`;
    case 'kfold':
      return `fold ${split.fold} of ${split.folds}, seed ${split.seed}`;
    case 'given':
      return 'as the source says';
    case 'list':
      return `the list ${split.file}`;
    case 'ids':
      return `${split.ids.length} chosen images`;
    default:
      return split satisfies never;
  }
}
