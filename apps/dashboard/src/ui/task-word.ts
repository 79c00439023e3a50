import type { TaskConfig } from '@eyegazer/core';

const words: Record<TaskConfig['kind'], string> = { multiclass: 'classification', binary: 'healthy or not', regression: 'regression' };

/** A task's kind as people say it. */
export function taskWord(kind: TaskConfig['kind']): string {
  return words[kind];
}
