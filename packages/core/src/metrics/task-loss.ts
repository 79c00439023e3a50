import type { ResolvedTask } from '../tasks/resolve-task.js';
import { targetOf } from '../tasks/task-head.js';

/**
 * Mean loss of a split from its logits; what training minimises, without dropout and augmentation. Null when not finite.
 * Class weights do not enter: a loss stays comparable between runs that weigh classes differently, and with chance.
 */
export function taskLoss(task: ResolvedTask, logits: readonly ArrayLike<number>[], labels: readonly number[]): number | null {
  let sum = 0;
  logits.forEach((row, i) => {
    sum += sampleLoss(task, row, targetOf(task, labels[i] ?? 0));
  });
  const mean = sum / logits.length;
  return Number.isFinite(mean) ? mean : null;
}

function sampleLoss(task: ResolvedTask, logits: ArrayLike<number>, target: number): number {
  if (task.kind !== 'regression') return crossEntropy(logits, target);
  const error = Math.abs((logits[0] ?? 0) - target);
  if (task.loss === 'mse') return error * error;
  return error < 1 ? 0.5 * error * error : error - 0.5;
}

function crossEntropy(logits: ArrayLike<number>, target: number): number {
  let max = -Infinity;
  for (let k = 0; k < logits.length; k++) max = Math.max(max, logits[k] ?? 0);
  let sum = 0;
  for (let k = 0; k < logits.length; k++) sum += Math.exp((logits[k] ?? 0) - max);
  return max + Math.log(sum) - (logits[target] ?? 0);
}
