/** A float RGB canvas and the soft shapes that a fundus is made of. Places and lengths are shares of the field's diameter. */
import { clamp01, lengthOf, toPixels, type Point, type View } from './geometry.js';

export type Colour = readonly [number, number, number];

export interface Canvas {
  readonly view: View;
  /** Shape: [height, width, 3], 0 to 1. */
  readonly rgb: Float32Array;
  /** Width of the softest possible edge in pixels: at least one pixel, more when out of focus. */
  readonly edge: number;
}

/** How much of each pixel something covers. Shape: [height, width], 0 to 1. */
export type Mask = Float32Array;

export function createMask({ width, height }: View): Mask {
  return new Float32Array(width * height);
}

/** A line between two points of a vessel or a streak, with round ends. */
export interface Line {
  from: Point;
  to: Point;
  /** At its two ends. */
  widths: readonly [number, number];
}

/** Adds a line to a mask, darkest in its middle as a tube is; crossings do not add up. */
export function coverLine(mask: Mask, { view, edge }: Canvas, { from, to, widths }: Line): void {
  const [start, end] = [toPixels(view, from), toPixels(view, to)];
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const lengthSquared = dx * dx + dy * dy || 1e-9;
  const [first, last] = [(widths[0] * view.scale) / 2, (widths[1] * view.scale) / 2];
  const reach = Math.max(first, last) + edge;
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
  eachPixel(view, { middle, reachX: Math.abs(dx) / 2 + reach, reachY: Math.abs(dy) / 2 + reach }, (i, x, y) => {
    const along = clamp01(((x - start.x) * dx + (y - start.y) * dy) / lengthSquared);
    const radius = first + (last - first) * along;
    // What is thinner than an edge keeps the edge's width and loses strength instead.
    const soft = Math.max(edge, 0.7 * radius);
    const distance = lengthOf(x - start.x - along * dx, y - start.y - along * dy);
    const t = clamp01((Math.max(radius, 0.5 * edge) - distance) / soft + 0.5);
    const cover = Math.min((2 * radius) / edge, 1) * t * t * (3 - 2 * t);
    if (cover > mask[i]!) mask[i] = cover;
  });
}

/** A blot: round, or with an outline that wobbles by `depth` of the radius. `softness` is the width of its edge, as a share of the radius. */
export interface Blot {
  readonly at: Point;
  readonly radius: number;
  readonly softness?: number;
  /** Height by width; 1 is round. */
  readonly flatness?: number;
  readonly wobble?: { readonly depth: number; readonly phase: number };
}

/** Adds a blot to a mask; where blots overlap the stronger one counts. */
export function coverBlot(mask: Mask, { view, edge }: Canvas, { at, radius, softness = 0, flatness = 1, wobble }: Blot): void {
  const middle = toPixels(view, at);
  const inner = radius * view.scale;
  const soft = Math.max(inner * softness, edge);
  const strength = Math.min((inner / (0.55 * edge)) ** 2, 1);
  const shown = Math.max(inner, 0.55 * edge);
  const reach = shown * (1 + (wobble?.depth ?? 0) * 1.9) + soft;
  eachPixel(view, { middle, reachX: reach, reachY: reach }, (i, px, py) => {
    const x = px - middle.x;
    const y = (py - middle.y) / flatness;
    const angle = wobble ? Math.atan2(y, x) : 0;
    const outline = wobble ? shown * (1 + wobble.depth * (Math.sin(2 * angle + wobble.phase) + 0.5 * Math.sin(3 * angle - 2 * wobble.phase) + 0.4 * Math.sin(5 * angle + 3 * wobble.phase))) : shown;
    const t = clamp01((outline - lengthOf(x, y)) / soft + 0.5);
    const cover = strength * t * t * (3 - 2 * t);
    if (cover > mask[i]!) mask[i] = cover;
  });
}

/** Multiplies colours wherever a mask covers, as blood takes light away. */
export function absorb({ rgb }: Canvas, mask: Mask, [red, green, blue]: Colour): void {
  for (let i = 0; i < mask.length; i++) {
    const cover = mask[i]!;
    if (cover === 0) continue;
    rgb[3 * i]! *= 1 - cover * red;
    rgb[3 * i + 1]! *= 1 - cover * green;
    rgb[3 * i + 2]! *= 1 - cover * blue;
  }
}

/** Blends a colour in wherever a mask covers. */
export function paintMask({ rgb }: Canvas, mask: Mask, { colour, opacity }: { colour: Colour; opacity: number }): void {
  for (let i = 0; i < mask.length; i++) {
    const cover = mask[i]! * opacity;
    if (cover === 0) continue;
    for (let c = 0; c < 3; c++) rgb[3 * i + c]! += (colour[c]! - rgb[3 * i + c]!) * cover;
  }
}

interface Box {
  middle: Point;
  reachX: number;
  reachY: number;
}

/** Calls back for every pixel whose centre lies in a box, with its index and centre. */
export function eachPixel({ width, height }: View, { middle, reachX, reachY }: Box, visit: (i: number, x: number, y: number) => void): void {
  const left = Math.max(Math.floor(middle.x - reachX), 0);
  const right = Math.min(Math.ceil(middle.x + reachX), width - 1);
  const bottom = Math.min(Math.ceil(middle.y + reachY), height - 1);
  for (let row = Math.max(Math.floor(middle.y - reachY), 0); row <= bottom; row++) {
    for (let column = left; column <= right; column++) visit(row * width + column, column + 0.5, row + 0.5);
  }
}
