/**
 * A fundus photograph's simple cousin: a lit disc of retina on black, with optic disc, macula, branching vessels and the lesions of
 * its grade. Never a patient's image. A pure function of its arguments.
 */
import { createRandomKey } from '@eyegazer/core';
import type { RgbImage } from '@eyegazer/formats';
import { clamp01, createCanvas, type Canvas } from './canvas.js';
import { createDice, type Dice } from './dice.js';
import { drawLesions, type FundusGrade } from './draw-lesions.js';
import { drawDisc, drawRetina } from './draw-retina.js';
import { drawVessels } from './draw-vessels.js';
import { drawEye, type Eye } from './eye.js';

export interface FundusOptions {
  readonly grade: FundusGrade;
  readonly seed: number;
  /** Which image of the seed's series. */
  readonly index: number;
  /** Side in pixels. */
  readonly size: number;
}

/** Shape: [size, size, 3]. */
export function drawFundus({ grade, seed, index, size }: FundusOptions): RgbImage {
  const dice = (what: string): Dice => createDice(createRandomKey(seed, 'fundus', index, what));
  const eye = drawEye(dice('eye'));
  const canvas = createCanvas(size);
  drawRetina(canvas, eye, dice('retina'));
  drawDisc(canvas, eye, dice('disc'));
  drawVessels(canvas, eye, dice('vessels'));
  drawLesions(canvas, eye, { grade, dice: dice('lesions') });
  return takePhotograph(canvas, eye, dice('sensor'));
}

/** Light, its fall towards the rim, the camera's round mask and its noise: [size, size, 3] floats -> 8 bits. */
function takePhotograph({ size, rgb }: Canvas, eye: Eye, dice: Dice): RgbImage {
  const data = new Uint8Array(size * size * 3);
  const noise = dice.between(0.007, 0.02);
  for (let row = 0, i = 0; row < size; row++) {
    for (let column = 0; column < size; column++, i += 3) {
      const [x, y] = [(column + 0.5) / size - eye.centre.x, (row + 0.5) / size - eye.centre.y];
      const reach = Math.sqrt(x * x + y * y) / eye.radius;
      const inside = clamp01((1 - reach) * eye.radius * size + 0.5);
      const light = inside * eye.exposure * (1 - eye.vignette * reach * reach) * (1 + eye.tilt.x * x + eye.tilt.y * y);
      for (let c = 0; c < 3; c++) {
        const value = inside > 0 ? rgb[i + c]! * light + noise * dice.between(-1, 1) : 0;
        data[i + c] = Math.round(255 * clamp01(value));
      }
    }
  }
  return { data, width: size, height: size };
}
