/** Optimizer updates of a run; the last, partial window of an epoch is an update too, as in Hugging Face's Trainer. */
export function plannedUpdates(options: { samples: number; effectiveBatch: number; epochs: number }): { perEpoch: number; total: number } {
  const perEpoch = Math.ceil(options.samples / options.effectiveBatch);
  return { perEpoch, total: perEpoch * options.epochs };
}
