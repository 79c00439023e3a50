import { accuracy, confusionMatrix, createRandomKey, quadraticWeightedKappa, randomUniform, type IndexedImage, type Probe } from '@eyegazer/core';
import { assignFolds } from '../split/assign-folds.js';
import { createCrossValidation } from './cross-validate-ridge.js';
import { lookFeatures, type LookPart } from './describe-look.js';

const folds = 5;
const seed = 0;
/** With fewer images the answer is chance. */
const fewestImages = 50;
/** Beyond it, about so many are drawn (every n-th would all be of one class where ids go through the classes in turn): the answer would be the same to two digits. */
const mostImages = 20_000;
const parts = ['colour', 'border', 'size'] as const satisfies readonly LookPart[];

export interface ProbeImage extends Pick<IndexedImage, 'id' | 'look'> {
  readonly label: number;
  /** The same for images that belong together: they are in one fold. */
  readonly together: number;
}

/**
 * How well an image's look alone tells its label: ridge regression, cross-validated. The class with the highest score is what
 * accuracy counts, the mean of class ids weighed by score, rounded, is what kappa does: that equals a regression of the id.
 * @returns null for fewer than 50 images, and where fewer than two labels, or what does not belong together, have one for every fold
 */
export function probeShortcuts(all: readonly ProbeImage[], labelCount: number): Probe | null {
  const share = mostImages / all.length;
  const images = share >= 1 ? all : all.filter(({ id }) => randomUniform(createRandomKey(seed, 'probe', id), 0) < share);
  const counts = new Array<number>(labelCount).fill(0);
  for (const { label } of images) counts[label]! += 1;
  if (images.length < fewestImages || counts.filter((count) => count >= folds).length < 2) return null;

  const foldOf = assignFolds(images, { folds, seed, classCount: labelCount });
  // Too few of them do not belong together.
  if (new Set(foldOf.values()).size < folds) return null;
  const labels = images.map(({ label }) => label);
  const scoresBy = createCrossValidation({ features: images.map(({ look }) => look), labels, classCount: labelCount, folds: images.map(({ id }) => foldOf.get(id)!), foldCount: folds });
  const columnsOf = (part?: LookPart): number[] => lookFeatures.flatMap((feature, i) => (part === undefined || feature.part === part ? [i] : []));
  const scores = scoresBy(columnsOf());
  return {
    qwk: kappaOf(scores, labels, labelCount),
    accuracy: accuracy(confusionMatrix(labels, scores.map(highest), labelCount)),
    majority: Math.max(...counts) / images.length,
    folds,
    parts: parts.map((name) => ({ name, qwk: kappaOf(scoresBy(columnsOf(name)), labels, labelCount) })),
  };
}

function kappaOf(scores: readonly Float64Array[], labels: readonly number[], labelCount: number): number {
  const predicted = scores.map((own) => Math.min(Math.max(Math.round(own.reduce((sum, score, id) => sum + id * score, 0)), 0), labelCount - 1));
  return quadraticWeightedKappa(confusionMatrix(labels, predicted, labelCount)) ?? 0;
}

function highest(scores: Float64Array): number {
  return scores.reduce((best, score, id) => (score > scores[best]! ? id : best), 0);
}
