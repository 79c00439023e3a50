/** The vessel tree: arteries and veins leave the disc in arcades round the macula, and branch. */
import type { Dice } from './dice.js';
import type { Eye } from './eye.js';
import { lengthOf, type Point } from './geometry.js';

export interface VesselPoint extends Point {
  readonly width: number;
}

export interface Vessel {
  readonly kind: 'artery' | 'vein';
  /** 0 for those that leave the disc. */
  readonly generation: number;
  readonly points: readonly VesselPoint[];
}

interface Shoot {
  from: Point;
  /** Radians, y downwards. */
  heading: number;
  /** Change of heading per unit of length at the start; it eases off towards the end. */
  bend: number;
  width: number;
  length: number;
  generation: number;
}

interface Garden {
  eye: Eye;
  dice: Dice;
  kind: Vessel['kind'];
  /** How much the course wavers. */
  waver: number;
  vessels: Vessel[];
}

const step = 0.012;
const thinnest = 0.0022;
/** Radius round the fovea without vessels. */
const bareZone = 0.055;
/** Radius round the fovea that the arcades turn away from. */
const arcadeRadius = 0.21;

export function growVessels(eye: Eye, dice: Dice): Vessel[] {
  const vessels: Vessel[] = [];
  const waver = dice.between(0.5, 1.3);
  const caliber = dice.between(0.8, 1.3);
  for (const up of [-1, 1]) {
    for (const kind of ['vein', 'artery'] as const) {
      const garden: Garden = { eye, dice, kind, waver, vessels };
      const width = kind === 'vein' ? dice.between(0.0105, 0.0138) * caliber : dice.between(0.0075, 0.0098) * caliber;
      const outwards = kind === 'vein' ? 0 : 0.28;
      const from = { x: eye.disc.x + dice.normal(0, 0.014), y: eye.disc.y + up * dice.between(0, 0.02) };
      grow(garden, { from, heading: towards(eye, up, dice.normal(1.32 + outwards, 0.1)), bend: up * eye.side * dice.between(2.5, 3.4), width, length: dice.between(0.75, 0.95), generation: 0 });
      grow(garden, { from, heading: towards(eye, up, dice.normal(2.35 - outwards, 0.16)), bend: up * eye.side * dice.normal(-0.3, 1), width: width * 0.72, length: dice.between(0.25, 0.4), generation: 1 });
      // Small vessels from the disc straight to the macula.
      grow(garden, { from, heading: towards(eye, up, dice.between(0.15, 0.55)), bend: up * eye.side * dice.normal(0.6, 0.6), width: width * 0.34, length: dice.between(0.16, 0.28), generation: 2 });
    }
  }
  return vessels;
}

/** The heading that leaves the line from disc to macula by an angle, upwards (-1) or downwards (1). */
function towards({ side }: Eye, up: number, angle: number): number {
  return side === 1 ? Math.PI - up * angle : up * angle;
}

function grow(garden: Garden, shoot: Shoot): void {
  const { eye, dice, kind, waver, vessels } = garden;
  const steps = Math.round(shoot.length / step);
  const points: VesselPoint[] = [{ ...shoot.from, width: shoot.width }];
  let { from, heading, width } = shoot;
  let drift = 0;
  let untilBranch = dice.between(0.06, 0.12);
  let away = dice.chance(0.5) ? 1 : -1;
  for (let i = 0; i < steps; i++) {
    drift = 0.72 * drift + dice.normal(0, 0.042 * waver);
    heading += shoot.bend * (1 - (0.75 * i) / steps) * step + drift;
    // The arcades keep away from the macula.
    if (shoot.generation === 0 && lengthOf(from.x - eye.macula.x, from.y - eye.macula.y) < arcadeRadius) heading -= Math.sign(shoot.bend) * 0.11;
    const to = { x: from.x + Math.cos(heading) * step, y: from.y + Math.sin(heading) * step };
    if (lengthOf(to.x - eye.macula.x, to.y - eye.macula.y) < bareZone || lengthOf(to.x, to.y) > 0.52) break;
    width = shoot.width * (1 - (0.55 * (i + 1)) / steps);
    points.push({ ...to, width });
    from = to;
    untilBranch -= step;
    if (untilBranch > 0 || shoot.generation >= 3 || width < thinnest * 1.3) continue;
    const thinner = dice.between(0.48, 0.72);
    grow(garden, {
      from, heading: heading + away * dice.between(0.4, 0.85), bend: -away * dice.between(0, 2.2), width: Math.max(width * thinner, thinnest),
      length: dice.between(0.12, 0.3) / (1 + 0.35 * shoot.generation), generation: shoot.generation + 1,
    });
    heading -= away * dice.between(0.02, 0.14);
    away = -away;
    untilBranch = dice.between(0.06, 0.13);
  }
  vessels.push({ kind, generation: shoot.generation, points });
}
