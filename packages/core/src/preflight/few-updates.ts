import type { SubmitWarning } from '../wire/experiment-wire.js';

const enoughUpdates = 150;

/** Rule L1: a run of fewer than 150 optimizer updates hardly leaves its start. */
export function findFewUpdates(options: { updates: number; epochs: number; effectiveBatch: number }): SubmitWarning | null {
  const { updates, epochs, effectiveBatch } = options;
  if (updates >= enoughUpdates) return null;
  const epochsNeeded = Math.ceil((epochs * enoughUpdates) / Math.max(1, updates));
  return {
    rule: 'L1',
    path: 'training.epochs',
    message:
      `${updates} optimizer updates are planned, fewer than ${enoughUpdates}: the run may end before it has learned. ` +
      `Train ${epochsNeeded} epochs instead of ${epochs}, or lower training.effectiveBatch (now ${effectiveBatch}).`,
  };
}
