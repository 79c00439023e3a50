import { taskClassNames, type ResolvedTask } from '@eyegazer/core';

/** labels.json: names of the classes that predictions are counted in, as Transformers' `id2label`, and how outputs become classes. */
export function labelsJson(task: ResolvedTask, classNames: readonly string[]): string {
  const names = taskClassNames(task, classNames);
  const labels = {
    id2label: Object.fromEntries(names.map((name, id) => [String(id), name])),
    label2id: Object.fromEntries(names.map((name, id) => [name, id])),
    task,
    thresholds: task.kind === 'regression' ? task.thresholds : null,
  };
  return `${JSON.stringify(labels, null, 2)}\n`;
}
