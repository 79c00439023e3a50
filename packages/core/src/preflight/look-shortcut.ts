import type { Probe } from '../dataset/dataset-audit.js';
import type { SubmitWarning } from '../wire/experiment-wire.js';

/** From here on the probe's kappa is worth a warning. */
export const shortcutKappa = 0.3;

/** Rule D7: colour, border and size of the images, which a camera leaves in them, tell the label to a good part. */
export function findLookShortcut(probe: Pick<Probe, 'qwk'> | null): SubmitWarning | null {
  if (probe === null || probe.qwk < shortcutKappa) return null;
  return {
    rule: 'D7',
    path: 'dataset',
    message:
      `Colour, border and size of the images alone predict their label with a kappa of ${probe.qwk.toFixed(2)} (chance is 0): a model may learn the camera instead of the eye. ` +
      'Only what a run scores beyond that is learned from what is to be seen; check it on images of other cameras.',
  };
}
