import type { Canvas } from './canvas.js';
import { coverBlot, createMask, paintMask } from './canvas.js';
import { lengthOf, smoothStep } from './geometry.js';
import { createNoise, sumOctaves } from './noise.js';
import type { Scene } from './scene.js';
import { eachSmoothPixel } from './smooth-field.js';

/** The background of the eye in even light: pigment, choroid, nerve fibres, macula. */
export function paintRetina(canvas: Canvas, { eye, dice: diceOf }: Scene): void {
  const dice = diceOf('retina');
  const clouds = sumOctaves(createNoise(dice.seed()), 3);
  const mottle = sumOctaves(createNoise(dice.seed()), 2);
  const strands = sumOctaves(createNoise(dice.seed()), 2);
  const grain = createNoise(dice.seed());
  const base = [0.86 - 0.2 * eye.pigment + dice.normal(0, 0.02), 0.44 - 0.13 * eye.pigment + dice.normal(0, 0.02), 0.26 - 0.12 * eye.pigment + dice.normal(0, 0.015)];
  const maculaWidth = dice.between(0.05, 0.1);
  const maculaDepth = dice.between(0.22, 0.65);
  const patchiness = dice.between(0.04, 0.2);
  const sheen = dice.between(0, 0.1);
  const [turnX, turnY] = [dice.normal(0, 1), dice.normal(0, 1)];
  const field = (x: number, y: number, out: Float64Array): void => {
    if (lengthOf(x, y) > 0.56) return; // never lit
    const fromMacula = lengthOf(x - eye.macula.x, y - eye.macula.y);
    const fromDisc = lengthOf(x - eye.disc.x, y - eye.disc.y);
    const away = smoothStep(0.08, 0.4, fromMacula);
    const texture = patchiness * clouds(4 * x + turnX, 4 * y + turnY) + 0.05 * mottle(22 * x, 22 * y);
    // Larger vessels of the choroid show as pale, winding strands between pigment.
    const strand = 1 - Math.abs(strands(9 * x + 0.6 * y, 12 * y)) * 3;
    const choroid = eye.choroid * away * 0.16 * (strand > 0 ? strand : 0.35 * strand);
    const macula = maculaDepth * Math.exp(-(fromMacula ** 2) / (2 * maculaWidth ** 2));
    const fovea = 0.25 * Math.exp(-(fromMacula ** 2) / (2 * 0.016 ** 2));
    const fibres = sheen * Math.exp(-(((fromDisc - 0.14) / 0.1) ** 2)) * (0.7 + 0.5 * grain(60 * Math.atan2(y - eye.disc.y, x - eye.disc.x), 3 * fromDisc));
    const ring = 0.05 * Math.exp(-(((fromDisc - eye.discRadius) / 0.022) ** 2));
    const light = 1 + texture + fibres;
    out[0] = base[0]! * (1 + 0.6 * (light - 1) + 0.5 * choroid) * (1 - 0.45 * macula - 0.25 * fovea) + 0.5 * ring;
    out[1] = base[1]! * (light + choroid) * (1 - 0.9 * macula - 0.5 * fovea) + ring;
    out[2] = base[2]! * (light + choroid) * (1 - macula - 0.5 * fovea) + 0.5 * ring;
  };
  const { rgb, view } = canvas;
  const fine = 260 / view.scale;
  eachSmoothPixel(view, { values: 3, steps: 256, field }, (i, values, x, y) => {
    const speckle = 1 + 0.025 * grain(x * fine, y * fine);
    rgb[3 * i] = values[0]! * speckle;
    rgb[3 * i + 1] = values[1]! * speckle;
    rgb[3 * i + 2] = values[2]! * speckle;
  });
}

/** The optic disc with its rim and cup; vessels are painted over it. */
export function paintDisc(canvas: Canvas, { eye, dice: diceOf }: Scene): void {
  const dice = diceOf('disc');
  const { disc, discRadius, side } = eye;
  const shape = { depth: 0.035, phase: dice.between(0, 6) };
  const paint = (blot: Parameters<typeof coverBlot>[2], colour: readonly [number, number, number], opacity: number): void => {
    const mask = createMask(canvas.view);
    coverBlot(mask, canvas, blot);
    paintMask(canvas, mask, { colour, opacity });
  };
  const pale = dice.between(0, 1);
  const flatness = dice.between(1, 1.14);
  paint({ at: disc, radius: discRadius * 1.1, softness: 0.4, flatness, wobble: shape }, [0.9, 0.48, 0.28], 0.5);
  paint({ at: disc, radius: discRadius, softness: 0.22, flatness, wobble: shape }, [1.04, 0.6 + 0.14 * pale, 0.36 + 0.2 * pale], 0.92);
  const cup = { x: disc.x - side * discRadius * dice.between(0.05, 0.2), y: disc.y + discRadius * dice.normal(0, 0.06) };
  paint({ at: cup, radius: discRadius * dice.between(0.3, 0.58), softness: 0.7, flatness }, [1.1, 0.88, 0.64], dice.between(0.6, 0.95));
}
