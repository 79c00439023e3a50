/** What diabetic retinopathy leaves in the eye, as far as it is drawn. */
export const lesionKinds = ['microaneurysm', 'haemorrhage', 'flame', 'hardExudate', 'cottonWool', 'venousBeading', 'newVessels', 'preretinalBlood'] as const;
export type LesionKind = (typeof lesionKinds)[number];

export const fundusGrades = [0, 1, 2, 3, 4] as const;
/** Of the International Clinical Diabetic Retinopathy scale: none, mild, moderate, severe, proliferative. */
export type FundusGrade = (typeof fundusGrades)[number];

/** Fewest and most of a kind; a hard exudate is a cluster of spots. */
export type LesionRange = readonly [number, number];

/**
 * What each grade shows. Counts of neighbours overlap a little, as graders disagree. Microaneurysms are about twice as
 * large as in life, so that thumbnails show them.
 */
export const lesionsOfGrade: Record<FundusGrade, Partial<Record<LesionKind, LesionRange>>> = {
  0: {},
  1: { microaneurysm: [4, 9] },
  2: { microaneurysm: [7, 15], haemorrhage: [3, 7], flame: [0, 2], hardExudate: [1, 3], cottonWool: [0, 1] },
  3: { microaneurysm: [10, 20], haemorrhage: [9, 15], flame: [2, 5], hardExudate: [1, 4], cottonWool: [1, 4], venousBeading: [1, 3] },
  4: { microaneurysm: [6, 16], haemorrhage: [4, 10], flame: [0, 3], hardExudate: [1, 3], cottonWool: [0, 3], venousBeading: [0, 2], newVessels: [2, 4], preretinalBlood: [0, 1] },
};
