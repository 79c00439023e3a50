import type { UpdateReport } from '@eyegazer/engine';

/** What an update has to say when float16 was too narrow for its gradients; null when it was not. */
export function describeOverflow({ update, lossScale }: Pick<UpdateReport, 'update' | 'lossScale'>): string | null {
  if (lossScale === undefined || lossScale.overflows === 0) return null;
  const again = lossScale.overflows === 1 ? 'one step was' : `${lossScale.overflows} steps were`;
  return `Update ${update + 1}: float16 overflowed, ${again} computed again; the loss is scaled by ${lossScale.scale} now.`;
}
