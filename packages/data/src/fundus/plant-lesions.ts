/** Where lesions go: a list of what is planted and where, before anything is drawn. */
import type { RandomKey } from '@eyegazer/core';
import type { Camera } from './camera.js';
import { createDice, type Dice } from './dice.js';
import type { Eye } from './eye.js';
import { lengthOf, type Point } from './geometry.js';
import { lesionKinds, lesionsOfGrade, type FundusGrade, type LesionKind } from './lesion-kinds.js';
import type { Vessel, VesselPoint } from './vessels.js';

/** Quarters of the field, as seen in the image. */
export const quadrants = ['upperLeft', 'upperRight', 'lowerLeft', 'lowerRight'] as const;
export type Quadrant = (typeof quadrants)[number];

/** Lesions to draw that no grade asks for. */
export interface Planting {
  readonly kind: LesionKind;
  readonly count: number;
  readonly quadrant: Quadrant;
}

/** Shares of the field's diameter. */
export interface Lesion {
  readonly kind: LesionKind;
  readonly at: Point;
  readonly radius: number;
  /** Of everything else about its shape. */
  readonly key: RandomKey;
}

export interface Ground {
  readonly eye: Eye;
  readonly camera: Camera;
  readonly vessels: readonly Vessel[];
  /** The key of one lesion's random numbers. */
  readonly keyOf: (kind: LesionKind, i: number) => RandomKey;
}

const radiusOf: Record<LesionKind, readonly [number, number]> = {
  microaneurysm: [0.006, 0.0095],
  haemorrhage: [0.0095, 0.018],
  flame: [0.02, 0.036],
  hardExudate: [0.022, 0.05],
  cottonWool: [0.018, 0.032],
  venousBeading: [0.06, 0.1],
  newVessels: [0.045, 0.08],
  preretinalBlood: [0.04, 0.07],
};

/** How many of each kind a grade has in this eye. */
export function planGrade(grade: FundusGrade, dice: Dice): { kind: LesionKind; count: number; quadrant: null }[] {
  return lesionKinds.map((kind) => ({ kind, count: dice.whole(...(lesionsOfGrade[grade][kind] ?? [0, 0])), quadrant: null }));
}

/** Places lesions on visible retina, off the disc, the fovea and the rim. The i-th of a kind is the same whatever else is planted. */
export function plantLesions(ground: Ground, plan: readonly { kind: LesionKind; count: number; quadrant: Quadrant | null }[]): Lesion[] {
  return plan.flatMap(({ kind, count, quadrant }) =>
    Array.from({ length: count }, (_, i): Lesion => {
      const key = ground.keyOf(kind, i);
      const dice = createDice(key);
      const [low, high] = radiusOf[kind];
      const radius = dice.between(low, high);
      return { kind, radius, key, at: findPlace(ground, { kind, i, quadrant, radius, dice }) };
    }),
  );
}

interface Wish {
  kind: LesionKind;
  i: number;
  quadrant: Quadrant | null;
  radius: number;
  dice: Dice;
}

function findPlace(ground: Ground, { kind, i, quadrant, radius, dice }: Wish): Point {
  const fits = (at: Point): boolean => isVisible(at, radius, ground.camera) && (quadrant === null || isIn(quadrant, at));
  if (kind === 'venousBeading') {
    const places = ground.vessels.filter(isLargeVein).flatMap(({ points }) => points.slice(4)).filter(fits);
    const place = places[dice.whole(0, places.length - 1)];
    // An eye that strays so far that no large vein lies there gets it nowhere.
    return place === undefined ? { x: Number.NaN, y: Number.NaN } : { x: place.x, y: place.y };
  }
  if (kind === 'newVessels' && i === 0 && quadrant === null) return besideDisc(ground.eye, dice);
  for (;;) {
    const distance = 0.45 * Math.sqrt(dice.between(0, 1));
    const angle = dice.between(0, 2 * Math.PI);
    const at = { x: distance * Math.cos(angle), y: distance * Math.sin(angle) };
    if (fits(at) && isFree(at, radius, ground.eye)) return at;
  }
}

export function isLargeVein({ kind, generation }: Vessel): boolean {
  return kind === 'vein' && generation === 0;
}

/** Veins that carry beading, with the widths that it gives them. */
export function beadVessels(vessels: readonly Vessel[], lesions: readonly Lesion[]): Vessel[] {
  const beadings = lesions.filter(({ kind }) => kind === 'venousBeading');
  if (beadings.length === 0) return [...vessels];
  return vessels.map((vessel) => (isLargeVein(vessel) ? { ...vessel, points: vessel.points.map((point, i) => bead(point, i, beadings)) } : vessel));
}

function bead(point: VesselPoint, i: number, beadings: readonly Lesion[]): VesselPoint {
  const isBeaded = beadings.some(({ at, radius }) => lengthOf(at.x - point.x, at.y - point.y) < radius);
  return isBeaded ? { ...point, width: point.width * (i % 3 === 0 ? 1.9 : 0.8) } : point;
}

function isVisible({ x, y }: Point, radius: number, { zoom, shift, cut }: Camera): boolean {
  const margin = 0.35 * radius + 0.012;
  const half = 0.5 / zoom - margin;
  const [frameX, frameY] = [x + shift.x / zoom, y + shift.y / zoom];
  return lengthOf(x, y) < 0.47 - margin && Math.abs(frameX) < half && Math.abs(frameY) < half && y > margin - cut.top && y < cut.bottom - margin;
}

function isFree(at: Point, radius: number, { disc, discRadius, macula }: Eye): boolean {
  return lengthOf(at.x - disc.x, at.y - disc.y) > discRadius * 1.15 + 0.6 * radius && lengthOf(at.x - macula.x, at.y - macula.y) > 0.03 + 0.5 * radius;
}

/** Well inside a quarter, so that nobody argues where it lies. */
function isIn(quadrant: Quadrant, { x, y }: Point): boolean {
  const right = quadrant === 'upperRight' || quadrant === 'lowerRight';
  const lower = quadrant === 'lowerLeft' || quadrant === 'lowerRight';
  return (right ? x : -x) > 0.03 && (lower ? y : -y) > 0.03;
}

function besideDisc({ disc, discRadius }: Eye, dice: Dice): Point {
  const angle = dice.between(0, 2 * Math.PI);
  return { x: disc.x + discRadius * Math.cos(angle), y: disc.y + discRadius * Math.sin(angle) };
}
