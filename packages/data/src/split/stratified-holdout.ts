import { createRandomKey, randomUniform } from '@eyegazer/core';

/**
 * Chooses the held-out samples class by class: of a class of n images, `holdout * n` rounded half up, but at least one
 * and never all of them (a class of one image is kept for training). Seeded per class, so a class's choice
 * does not depend on the others.
 * @param labels class id of each sample
 * @returns whether each sample is held out
 */
export function stratifiedHoldout(labels: readonly number[], options: { holdout: number; seed: number }): boolean[] {
  const held = labels.map(() => false);
  for (const label of new Set(labels)) {
    const members = labels.flatMap((other, i) => (other === label ? [i] : []));
    const count = Math.min(Math.max(Math.floor(options.holdout * members.length + 0.5), 1), members.length - 1);
    const key = createRandomKey(options.seed, 'holdout', label);
    for (let i = 0; i < count; i++) {
      const j = i + Math.floor(randomUniform(key, i) * (members.length - i));
      const chosen = members[j]!;
      members[j] = members[i]!;
      held[chosen] = true;
    }
  }
  return held;
}
