import { coverLine, paintMask, type Canvas, type Mask, type Point } from './canvas.js';
import type { Dice } from './dice.js';
import type { Eye } from './eye.js';

interface Vessel {
  from: Point;
  /** Radians, y downwards. */
  heading: number;
  /** Change of heading per unit of length. */
  bend: number;
  width: number;
  length: number;
}

const step = 0.014;

/** The arcades: an artery and a vein each way from the disc, arching round the macula and branching. */
export function drawVessels(canvas: Canvas, eye: Eye, dice: Dice): void {
  const { size } = canvas;
  const veins: Mask = new Float32Array(size * size);
  const arteries: Mask = new Float32Array(size * size);
  for (const up of [-1, 1]) {
    for (const [mask, width, turn] of [[veins, 0.017, 0], [arteries, 0.012, 0.3]] as const) {
      const temporal = towards(eye, up, dice.normal(1.28 + turn * 0.6, 0.08));
      grow(mask, { from: eye.disc, heading: temporal, bend: up * eye.side * dice.between(2, 2.9), width, length: dice.between(0.68, 0.8) }, { eye, dice, size, depth: 0 });
      const nasal = towards(eye, up, dice.normal(2.35 - turn, 0.14));
      grow(mask, { from: eye.disc, heading: nasal, bend: up * eye.side * dice.normal(0, 0.8), width: width * 0.75, length: dice.between(0.2, 0.34) }, { eye, dice, size, depth: 1 });
    }
  }
  paintMask(canvas, arteries, { colour: [0.64, 0.15, 0.08], opacity: 0.62 });
  paintMask(canvas, veins, { colour: [0.44, 0.07, 0.05], opacity: 0.74 });
}

/** The heading that leaves the line from disc to macula by an angle, upwards (-1) or downwards (1). */
function towards({ side }: Eye, up: number, angle: number): number {
  return side === 1 ? Math.PI - up * angle : up * angle;
}

interface Garden {
  eye: Eye;
  dice: Dice;
  size: number;
  /** How many times it has branched; the third generation grows no further. */
  depth: number;
}

function grow(mask: Mask, vessel: Vessel, garden: Garden): void {
  const { eye, dice, size, depth } = garden;
  const steps = Math.round(vessel.length / step);
  let { from, heading, width } = vessel;
  let untilBranch = dice.between(0.07, 0.13);
  for (let i = 0; i < steps; i++) {
    heading += vessel.bend * step + dice.normal(0, 0.055);
    const to = { x: from.x + Math.cos(heading) * step, y: from.y + Math.sin(heading) * step };
    if (Math.hypot(to.x - eye.macula.x, to.y - eye.macula.y) < 0.075) return; // the macula has no vessels
    if (Math.hypot(to.x - eye.centre.x, to.y - eye.centre.y) > eye.radius) return;
    coverLine(mask, size, { from, to, width });
    from = to;
    width *= 1 - 0.55 / steps;
    untilBranch -= step;
    if (untilBranch < 0 && depth < 3) {
      const away = dice.between(0, 1) < 0.5 ? -1 : 1;
      grow(
        mask,
        { from, heading: heading + away * dice.between(0.45, 0.95), bend: -away * dice.between(0, 1.6), width: width * dice.between(0.5, 0.72), length: dice.between(0.1, 0.26) / (1 + 0.4 * depth) },
        { ...garden, depth: depth + 1 },
      );
      untilBranch = dice.between(0.06, 0.13);
    }
  }
}
