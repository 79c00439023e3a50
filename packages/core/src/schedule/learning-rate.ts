/** Learning-rate schedules of Hugging Face's Trainer (get_linear_schedule_with_warmup and its siblings). */
export interface ScheduleOptions {
  schedule: 'linear' | 'cosine' | 'constant';
  learningRate: number;
  warmupRatio: number;
  /** Optimizer updates of the whole run. */
  updates: number;
}

/**
 * Learning rate of one optimizer update.
 * Warm-up rises linearly over ceil(warmupRatio * updates) updates, then linear: to 0, cosine: half a cosine to 0.
 * @param update zero-based index of the update
 * @see https://github.com/huggingface/transformers/blob/main/src/transformers/optimization.py
 */
export function learningRateAt(update: number, options: ScheduleOptions): number {
  const { schedule, learningRate, updates } = options;
  const warmup = Math.ceil(options.warmupRatio * updates);
  if (update < warmup) return (learningRate * update) / Math.max(1, warmup);
  const progress = (update - warmup) / Math.max(1, updates - warmup);
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'linear':
      return learningRate * Math.max(0, 1 - progress);
    case 'cosine':
      return learningRate * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
    default:
      return schedule satisfies never;
  }
}
