import { AppError } from '../errors/app-error.js';
import type { TaskConfig } from '../config/experiment-config.js';

/** A task with every default filled in from the dataset's classes. */
export type ResolvedTask =
  | { kind: 'multiclass'; loss: 'crossEntropy' }
  | { kind: 'binary'; positive: number[] }
  | { kind: 'regression'; range: [number, number]; thresholds: number[]; loss: 'mse' | 'smoothL1' };

/**
 * Fills a task's defaults from the number of dataset classes and checks that the two fit.
 * @throws AppError BAD_CONFIG at `task.*`
 */
export function resolveTask(task: TaskConfig, classCount: number): ResolvedTask {
  if (classCount < 2) throw new AppError('BAD_CONFIG', `task: expected a dataset with at least 2 classes, got ${classCount}.`, { path: 'task' });
  switch (task.kind) {
    case 'multiclass':
      return { kind: 'multiclass', loss: task.loss };
    case 'binary':
      return { kind: 'binary', positive: resolvePositive(task.positive, classCount) };
    case 'regression':
      return resolveRegression(task, classCount);
    default:
      return task satisfies never;
  }
}

function resolvePositive(positive: number[] | null, classCount: number): number[] {
  if (positive === null) return Array.from({ length: classCount - 1 }, (_, i) => i + 1);
  const unique = [...new Set(positive)].sort((a, b) => a - b);
  const outside = unique.find((id) => id >= classCount);
  if (outside !== undefined) {
    throw new AppError('BAD_CONFIG', `task.positive: expected class ids 0 to ${classCount - 1}, got ${outside}.`, { path: 'task.positive' });
  }
  if (unique.length === classCount) {
    throw new AppError('BAD_CONFIG', 'task.positive: expected at least one class left as negative, got all of them.', { path: 'task.positive' });
  }
  return unique;
}

function resolveRegression(task: Extract<TaskConfig, { kind: 'regression' }>, classCount: number): ResolvedTask {
  const range: [number, number] = [0, classCount - 1];
  if (task.range !== null && task.range.some((end, i) => end !== range[i])) {
    throw new AppError('BAD_CONFIG', `task.range: expected [${range.join(', ')}], the grades of the dataset, got [${task.range.join(', ')}].`, { path: 'task.range' });
  }
  const thresholds = task.thresholds ?? Array.from({ length: classCount - 1 }, (_, i) => i + 0.5);
  if (thresholds.length !== classCount - 1 || thresholds.some((cut, i) => i > 0 && cut <= (thresholds[i - 1] ?? cut))) {
    throw new AppError('BAD_CONFIG', `task.thresholds: expected ${classCount - 1} ascending numbers for ${classCount} grades, got [${thresholds.join(', ')}].`, {
      path: 'task.thresholds',
    });
  }
  return { kind: 'regression', range, thresholds, loss: task.loss };
}
