import type { Dice } from './dice.js';
import type { Point } from './geometry.js';

/** One eye as it lies in the field: shares of the field's diameter. */
export interface Eye {
  /** +1 when the disc is right of the macula, -1 when left. */
  readonly side: 1 | -1;
  readonly macula: Point;
  readonly disc: Point;
  readonly discRadius: number;
  /** 0 to 1: how dark the pigment is. */
  readonly pigment: number;
  /** 0 to 1: how much of the choroid's vessels shows through. */
  readonly choroid: number;
}

export function drawEye(dice: Dice): Eye {
  const side = dice.chance(0.5) ? 1 : -1;
  // Most photographs look at the macula with the disc in view, some stray.
  const macula = { x: -side * dice.between(0, 0.13) + dice.normal(0, 0.02), y: dice.normal(0.01, 0.03) };
  return {
    side,
    macula,
    disc: { x: macula.x + side * dice.between(0.33, 0.38), y: macula.y - dice.between(-0.01, 0.05) },
    discRadius: dice.between(0.058, 0.075),
    pigment: dice.between(0, 1),
    choroid: dice.between(0, 1) ** 2,
  };
}
