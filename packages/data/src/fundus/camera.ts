import type { Dice } from './dice.js';
import type { Point, View } from './geometry.js';

/** One camera and one exposure. It knows nothing of the eye's illness. */
export interface Camera {
  /** The field's diameter as a share of the image's shorter side: above 1, the field is cropped. */
  readonly zoom: number;
  /** Of the field's centre from the image's. */
  readonly shift: Point;
  /** What red, green and blue are multiplied by. */
  readonly gains: readonly [number, number, number];
  /** 1 keeps the colours, less takes them towards grey. */
  readonly saturation: number;
  readonly gamma: number;
  /** Loss of light at the rim. */
  readonly vignette: number;
  /** Change of light across the field. */
  readonly tilt: Point;
  /** Stray light at the rim, strongest in one direction. */
  readonly glow: { readonly amount: number; readonly angle: number; readonly colour: readonly [number, number, number] };
  /** A crescent that the pupil's edge keeps dark: its direction, how much of red, green and blue it takes, and how far inwards it begins. */
  readonly shade: { readonly angle: number; readonly depth: readonly [number, number, number]; readonly from: number };
  /** Stray light over everything: a veil that takes contrast away. */
  readonly veil: number;
  /** A faint reflection of the lens. */
  readonly ghost: { readonly at: Point; readonly radius: number; readonly amount: number };
  /** Width of every edge, as a share of the field's diameter. */
  readonly blur: number;
  /** Standard deviation of the noise, of 1. */
  readonly noise: number;
  /** Value of what is not lit, of 1. */
  readonly black: number;
  /** The tab on the rim that tells which way is up: its direction in radians, null without. */
  readonly tab: number | null;
  /** Where the field ends in a straight line above and below, shares of its diameter. */
  readonly cut: { readonly top: number; readonly bottom: number };
}

export function drawCamera(dice: Dice): Camera {
  const exposure = dice.between(0.62, 1.12);
  const warm = dice.between(0, 1);
  const shade = dice.between(0.1, 0.85);
  const isCut = dice.chance(0.25);
  return {
    zoom: dice.chance(0.3) ? dice.between(1, 1.14) : dice.between(0.88, 1),
    shift: { x: dice.normal(0, 0.008), y: dice.normal(0, 0.008) },
    gains: [exposure * dice.between(0.92, 1.08), exposure * dice.between(0.78, 1.15), exposure * (0.35 + 0.8 * warm * warm)],
    saturation: dice.chance(0.25) ? dice.between(0.35, 0.75) : dice.between(0.75, 1.12),
    gamma: dice.between(0.88, 1.2),
    vignette: dice.between(0.1, 0.6),
    tilt: { x: dice.normal(0, 0.25), y: dice.normal(0, 0.25) },
    glow: {
      amount: dice.chance(0.4) ? dice.between(0.05, 0.4) : 0,
      angle: dice.between(0, 2 * Math.PI),
      colour: [1, dice.between(0.35, 0.95), dice.between(0.1, 0.6)],
    },
    shade: { angle: dice.between(0, 2 * Math.PI), depth: [shade * dice.between(0.65, 1), shade * dice.between(0.75, 1), shade * dice.between(0.65, 1)], from: dice.between(-0.05, 0.28) },
    veil: 0.3 * dice.between(0, 1) ** 2,
    ghost: { at: { x: dice.normal(0, 0.15), y: dice.normal(0, 0.18) }, radius: dice.between(0.08, 0.2), amount: dice.chance(0.3) ? dice.between(0.03, 0.12) : 0 },
    blur: 0.0012 + 0.0035 * dice.between(0, 1) ** 2,
    noise: dice.between(0.004, 0.016),
    black: dice.between(0, 0.018),
    tab: dice.chance(0.55) ? dice.between(-0.95, -0.65) : null,
    cut: { top: isCut && dice.chance(0.5) ? dice.between(0.4, 0.47) : 1, bottom: isCut ? dice.between(0.4, 0.47) : 1 },
  };
}

/** Where the camera's field lies in an image of a size. */
export function viewOf({ zoom, shift }: Camera, { width, height }: { width: number; height: number }): View {
  const side = Math.min(width, height);
  return { width, height, scale: zoom * side, centre: { x: width / 2 + shift.x * side, y: height / 2 + shift.y * side } };
}
