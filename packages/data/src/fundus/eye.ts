import type { Colour, Point } from './canvas.js';
import type { Dice } from './dice.js';

/** One eye before one camera: where things lie and how they are lit. Lengths are shares of the image side. */
export interface Eye {
  /** Of the lit circle. */
  centre: Point;
  radius: number;
  disc: Point;
  discRadius: number;
  macula: Point;
  /** +1 when the disc is right of the macula, -1 when left. */
  side: 1 | -1;
  /** Colour of the retina in full light. */
  retina: Colour;
  /** Overall light. */
  exposure: number;
  /** Direction and strength of uneven light. */
  tilt: Point;
  /** Loss of light at the rim. */
  vignette: number;
}

/** Draws an eye and a camera; neither knows the grade. */
export function drawEye(dice: Dice): Eye {
  const side = dice.between(0, 1) < 0.5 ? -1 : 1;
  const centre = { x: 0.5 + dice.normal(0, 0.006), y: 0.5 + dice.normal(0, 0.006) };
  const radius = dice.between(0.455, 0.5);
  const macula = { x: centre.x - side * dice.between(0.03, 0.09), y: centre.y + dice.normal(0.01, 0.015) };
  const disc = { x: macula.x + side * dice.between(0.27, 0.32), y: macula.y - dice.between(0, 0.04) };
  const warmth = dice.between(0, 1); // from orange-red to yellow-brown
  return {
    centre,
    radius,
    disc,
    discRadius: dice.between(0.064, 0.078),
    macula,
    side,
    retina: [0.86 - 0.06 * warmth + dice.normal(0, 0.02), 0.38 + 0.12 * warmth + dice.normal(0, 0.02), 0.15 + 0.09 * warmth + dice.normal(0, 0.015)],
    exposure: dice.between(0.82, 1.08),
    tilt: { x: dice.normal(0, 0.12), y: dice.normal(0, 0.12) },
    vignette: dice.between(0.3, 0.5),
  };
}
