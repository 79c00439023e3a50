import { createRandomKey } from '@eyegazer/core';
import { drawCamera, type Camera } from './camera.js';
import { createDice, type Dice } from './dice.js';
import { drawEye, type Eye } from './eye.js';
import type { FundusGrade } from './lesion-kinds.js';
import { beadVessels, planGrade, plantLesions, type Lesion, type Planting } from './plant-lesions.js';
import { growVessels, type Vessel } from './vessels.js';

export interface FundusOptions {
  /** What is wrong with the eye: a grade, or a list of lesions to plant. */
  readonly grade: FundusGrade | readonly Planting[];
  readonly seed: number;
  /** Which image of the seed's series. */
  readonly index: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Everything that is on an image, before it is drawn in any size. */
export interface Scene {
  readonly eye: Eye;
  readonly camera: Camera;
  readonly vessels: readonly Vessel[];
  readonly lesions: readonly Lesion[];
  /** Random numbers of one part of the picture, the same each time. */
  readonly dice: (part: string) => Dice;
}

/** Eye, vessels and camera come of seed and index alone: the grade changes nothing but lesions. */
export function createScene({ grade, seed, index }: Omit<FundusOptions, 'width' | 'height'>): Scene {
  const dice = (part: string): Dice => createDice(createRandomKey(seed, 'fundus', index, part));
  const eye = drawEye(dice('eye'));
  const camera = drawCamera(dice('camera'));
  const grown = growVessels(eye, dice('vessels'));
  const plan = typeof grade === 'number' ? planGrade(grade, dice('plan')) : grade;
  const keyOf = (kind: string, i: number): ReturnType<typeof createRandomKey> => createRandomKey(seed, 'fundus', index, kind, i);
  const lesions = plantLesions({ eye, camera, vessels: grown, keyOf }, plan).filter(({ at }) => !Number.isNaN(at.x));
  return { eye, camera, vessels: beadVessels(grown, lesions), lesions, dice };
}
