import { shortcutKappa, type Probe } from '@eyegazer/core';

/** From where on colour, border and size say something, and from where on they say much. */
export const probeLimits = { some: 0.15, much: shortcutKappa } as const;

export type ProbeLevel = 'little' | 'some' | 'much';

/** How far an image's look alone gives its label away. */
export function probeLevel({ qwk }: Probe): ProbeLevel {
  return qwk < probeLimits.some ? 'little' : qwk < probeLimits.much ? 'some' : 'much';
}

/** What a score means for whoever trains on these images. */
export const probeWords: Record<ProbeLevel, { title: string; meaning: string }> = {
  little: { title: 'Hardly a shortcut', meaning: 'How an image was taken says next to nothing about its label: what a model scores here, it has to see.' },
  some: { title: 'Some shortcut', meaning: 'How an image was taken says something about its label, as when clinics or cameras differ in what they send. Hold a model against this score, not against 0.' },
  much: {
    title: 'A strong shortcut',
    meaning: 'Cameras leak labels here: a model can score this much without looking at what the image shows. Hold it against this score, vary colour and crop while training, and test on images of another camera.',
  },
};
