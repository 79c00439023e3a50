import type { ResolvedTask } from '../tasks/resolve-task.js';
import type { SubmitWarning } from '../wire/experiment-wire.js';

/** Rule D6: a regression puts classes on a line, and the dataset says that their order means nothing. */
export function findUnorderedClasses({ task, ordinal }: { task: ResolvedTask; ordinal: boolean }): SubmitWarning | null {
  if (task.kind !== 'regression' || ordinal) return null;
  return {
    rule: 'D6',
    path: 'task.kind',
    message:
      'The order of this version\'s classes means nothing, and a regression learns that each one is more than the one before. ' +
      'Try task.kind: multiclass, or make a version whose classes are ordered.',
  };
}
