import type { SubmitWarning } from '../wire/experiment-wire.js';

/** Rule D4: the same pixels with different labels, which no model can get right. */
export function findConflictingLabels({ conflictingGroups }: { conflictingGroups: number }): SubmitWarning | null {
  if (conflictingGroups === 0) return null;
  const groups = conflictingGroups === 1 ? '1 group of images has' : `${conflictingGroups} groups of images have`;
  return {
    rule: 'D4',
    path: 'dataset',
    message: `${groups} the same pixels and different labels: whatever is answered, some are wrong. Look at them, and make a version that keeps one of each group or drops them.`,
  };
}
