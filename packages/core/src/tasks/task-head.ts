import type { ResolvedTask } from './resolve-task.js';

/** Number of outputs of the classification head: K classes, two logits, or one grade. */
export function numOutputsOf(task: ResolvedTask, classCount: number): number {
  return task.kind === 'multiclass' ? classCount : task.kind === 'binary' ? 2 : 1;
}

/** What the head learns for a dataset label: the class id, 0 or 1, or the grade itself. */
export function targetOf(task: ResolvedTask, label: number): number {
  return task.kind === 'binary' ? Number(task.positive.includes(label)) : label;
}

/** Names of the classes that predictions are counted in. */
export function taskClassNames(task: ResolvedTask, classNames: readonly string[]): string[] {
  if (task.kind !== 'binary') return [...classNames];
  const join = (ids: number[]): string => ids.map((id) => classNames[id] ?? String(id)).join(' + ');
  const negative = classNames.map((_, id) => id).filter((id) => !task.positive.includes(id));
  return [join(negative), join(task.positive)];
}

/** The class that outputs stand for: the largest logit (the first of equals), or the grade's bin between thresholds. */
export function predictedClass(task: ResolvedTask, logits: ArrayLike<number>): number {
  if (task.kind === 'regression') {
    const grade = logits[0] ?? 0;
    return task.thresholds.filter((cut) => grade > cut).length;
  }
  let best = 0;
  for (let k = 1; k < logits.length; k++) if ((logits[k] ?? -Infinity) > (logits[best] ?? -Infinity)) best = k;
  return best;
}
