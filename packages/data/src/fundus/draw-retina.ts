import { paintBlot, paintGlow, type Canvas } from './canvas.js';
import type { Dice } from './dice.js';
import type { Eye } from './eye.js';
import { createMottle } from './mottle.js';

/** The background of the eye: pigment, macula and the pale ring round the disc. Drawn as if evenly lit: the light comes with the photograph. */
export function drawRetina(canvas: Canvas, eye: Eye, dice: Dice): void {
  const { size, rgb } = canvas;
  const coarse = createMottle(dice, 6);
  const fine = createMottle(dice, 17);
  for (let row = 0, i = 0; row < size; row++) {
    for (let column = 0; column < size; column++, i += 3) {
      const [x, y] = [(column + 0.5) / size, (row + 0.5) / size];
      const pigment = 1 + 0.13 * coarse(x, y) + 0.07 * fine(x, y);
      rgb[i] = eye.retina[0] * (0.6 + 0.4 * pigment);
      rgb[i + 1] = eye.retina[1] * pigment;
      rgb[i + 2] = eye.retina[2] * pigment;
    }
  }
  paintGlow(canvas, { at: eye.macula, radius: dice.between(0.055, 0.075), colour: [0.42, 0.13, 0.05], opacity: dice.between(0.5, 0.68) });
  paintGlow(canvas, { at: eye.macula, radius: 0.012, colour: [0.72, 0.4, 0.24], opacity: 0.35 }); // the fovea's reflex
  paintGlow(canvas, { at: eye.disc, radius: eye.discRadius * 1.5, colour: [0.95, 0.6, 0.3], opacity: 0.4 });
}

/** The optic disc and its cup; vessels are painted over it. */
export function drawDisc(canvas: Canvas, { disc, discRadius, side }: Eye, dice: Dice): void {
  paintBlot(canvas, { at: disc, radius: discRadius, colour: [1, 0.82, 0.52], opacity: 0.92, softness: 0.3, wobble: { depth: 0.03, phase: dice.between(0, 6) } });
  const cup = { x: disc.x - side * discRadius * 0.12, y: disc.y };
  paintBlot(canvas, { at: cup, radius: discRadius * dice.between(0.3, 0.5), colour: [1, 0.95, 0.78], opacity: 0.8, softness: 0.6 });
}
