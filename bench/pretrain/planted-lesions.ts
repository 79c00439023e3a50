/**
 * What the base model learns before it ever sees a grade, in two stages:
 *
 * 1. crops: a small window of an eye in which every quarter has lesions of some kind; which kind lies in the window, or none;
 * 2. fields: a whole photograph with lesions of one kind; which kind, and in which quarter, or none.
 */
import { createRandomKey } from '@eyegazer/core';
import { describeFundus, drawFundus, lesionKinds, quadrants, type FundusOptions, type LesionKind, type Planting } from '@eyegazer/data';
import { createDice, type Dice } from './dice.js';

export const cropSize = 32;
export const fieldSize = 96;
export const stages = ['crops', 'fields'] as const;
export type Stage = (typeof stages)[number];

const crossed = lesionKinds.length * quadrants.length;
/** Classes of a stage; the last one means no lesion. */
export const classCounts: Record<Stage, number> = { crops: lesionKinds.length + 1, fields: crossed + 1 };

/** Far from the seeds of demos and tests, which are small numbers. */
const seeds: Record<Stage, number> = { crops: 2_718_281_828, fields: 3_141_592_653 };

/** Fewest and most lesions of a kind in a quarter: small ones come in groups. */
const countOf: Record<LesionKind, readonly [number, number]> = {
  microaneurysm: [3, 14], haemorrhage: [2, 8], flame: [1, 5], hardExudate: [1, 3], cottonWool: [1, 4], venousBeading: [1, 3], newVessels: [1, 2], preretinalBlood: [1, 1],
};

export interface LabelledImage {
  label: number;
  /** Shape: [size, size, 3] */
  data: Uint8Array;
}

/** The labelled images that the index-th photograph of a stage gives: some crops, or the whole. */
export function drawLabelled(stage: Stage, index: number): LabelledImage[] {
  const dice = createDice(createRandomKey(seeds[stage], 'plant', index));
  const optionsOf = (grade: Planting[]): FundusOptions => ({ grade, seed: seeds[stage], index, width: fieldSize, height: fieldSize });
  if (stage === 'crops') return drawCrops(optionsOf(quadrants.map((quadrant) => plant(dice.below(lesionKinds.length), quadrant, dice))), dice);
  const label = dice.below(classCounts.fields);
  const plan = label === crossed ? [] : [plant(Math.floor(label / quadrants.length), quadrants[label % quadrants.length], dice)];
  return [{ label, data: drawFundus(optionsOf(plan)).data }];
}

/** The class of a mirrored image. Quarters count left, right, then the lower two; crops do not care. */
export function mirrorLabel(stage: Stage, label: number, { across, down }: { across: boolean; down: boolean }): number {
  return stage === 'crops' || label === crossed ? label : label ^ (across ? 1 : 0) ^ (down ? 2 : 0);
}

function plant(kind: number, quadrant: Planting['quadrant'], dice: Dice): Planting {
  const [fewest, most] = countOf[lesionKinds[kind]];
  return { kind: lesionKinds[kind], count: fewest + dice.below(most - fewest + 1), quadrant };
}

const triesPerField = 24;

/** Windows that hold lesions of one kind well inside, or none at all and no part of one. */
function drawCrops(options: FundusOptions, dice: Dice): LabelledImage[] {
  const { data } = drawFundus(options);
  const { lesions, field } = describeFundus(options);
  const crops: LabelledImage[] = [];
  let healthy = 0;
  for (let i = 0; i < triesPerField; i++) {
    const [left, top] = [dice.below(fieldSize - cropSize + 1), dice.below(fieldSize - cropSize + 1)];
    if (Math.hypot(left + cropSize / 2 - field.x, top + cropSize / 2 - field.y) > field.radius) continue;
    /** How far a lesion's centre lies inside the window. */
    const depth = ({ x, y }: { x: number; y: number }): number => Math.min(x - left, left + cropSize - x, y - top, top + cropSize - y);
    const inside = new Set(lesions.filter((lesion) => depth(lesion) > 1.5).map(({ kind }) => kind));
    const touching = new Set(lesions.filter((lesion) => depth(lesion) > -lesion.radius - 1).map(({ kind }) => kind));
    const [kind] = inside;
    if (touching.size > 1 || touching.size !== inside.size || (kind === undefined && healthy++ > 0)) continue;
    crops.push({ label: kind === undefined ? lesionKinds.length : lesionKinds.indexOf(kind), data: cut(data, left, top) });
  }
  return crops;
}

function cut(data: Uint8Array, left: number, top: number): Uint8Array {
  const crop = new Uint8Array(cropSize * cropSize * 3);
  for (let y = 0; y < cropSize; y++) crop.set(data.subarray(3 * ((top + y) * fieldSize + left), 3 * ((top + y) * fieldSize + left + cropSize)), 3 * y * cropSize);
  return crop;
}
