import type { SubmitWarning } from '../wire/experiment-wire.js';

const widestHalfWidth = 0.03;

/**
 * Rule D3: the 95 % interval of an accuracy measured on so few images is wider than three points each way.
 * Half-width 1.96 sqrt(p (1 - p) / n) at p = 0.5, the widest it can be, because no accuracy is known yet.
 */
export function findTinyEvaluation(evalSamples: number): SubmitWarning | null {
  const halfWidth = 1.96 * Math.sqrt(0.25 / Math.max(1, evalSamples));
  if (halfWidth <= widestHalfWidth) return null;
  return {
    rule: 'D3',
    path: 'dataset',
    message:
      `${evalSamples} images are held out: their accuracy is only known to about ${(100 * Math.min(1, halfWidth)).toFixed(1)} points each way. ` +
      'Differences smaller than that between two runs mean nothing; hold out more images to see them.',
  };
}
