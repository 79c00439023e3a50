/**
 * A float RGB canvas and the few soft shapes that a fundus is made of. Places and lengths are shares of the canvas side,
 * y downwards; edges are smoothed over a pixel, so shapes smaller than one still show, fainter.
 */
export type Colour = readonly [number, number, number];

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Canvas {
  readonly size: number;
  /** Shape: [size, size, 3], 0 to 1. */
  readonly rgb: Float32Array;
}

export function createCanvas(size: number): Canvas {
  return { size, rgb: new Float32Array(size * size * 3) };
}

/** How much of each pixel something covers. Shape: [size, size], 0 to 1. */
export type Mask = Float32Array;

/** Adds a line with round ends to a mask; crossings do not add up. */
export function coverLine(mask: Mask, size: number, line: { from: Point; to: Point; width: number }): void {
  const { from, to } = line;
  const radius = line.width / 2;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const lengthSquared = dx * dx + dy * dy;
  const box = { left: Math.min(from.x, to.x), right: Math.max(from.x, to.x), top: Math.min(from.y, to.y), bottom: Math.max(from.y, to.y) };
  // A line thinner than a pixel keeps a pixel's width and loses strength instead.
  const shown = Math.max(radius, 0.5 / size);
  const strength = Math.min(radius / shown, 1);
  eachPixel(size, { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }, Math.max(box.right - box.left, box.bottom - box.top) / 2 + shown + 1 / size, (i, x, y) => {
    const along = lengthSquared === 0 ? 0 : Math.min(Math.max(((x - from.x) * dx + (y - from.y) * dy) / lengthSquared, 0), 1);
    const distance = distanceOf(x - from.x - along * dx, y - from.y - along * dy);
    const cover = strength * clamp01((shown - distance) * size + 0.5);
    if (cover > mask[i]!) mask[i] = cover;
  });
}

/** Blends a colour in wherever a mask covers. */
export function paintMask({ size, rgb }: Canvas, mask: Mask, { colour, opacity }: { colour: Colour; opacity: number }): void {
  for (let i = 0; i < size * size; i++) if (mask[i]! > 0) blend(rgb, i, colour, opacity * mask[i]!);
}

/** A blot: round, or with an outline that wobbles by `depth` of the radius. `softness` is the width of its edge, as a share of the radius. */
export interface Blot {
  readonly at: Point;
  readonly radius: number;
  readonly colour: Colour;
  readonly opacity: number;
  readonly softness?: number;
  readonly wobble?: { readonly depth: number; readonly phase: number };
}

export function paintBlot({ size, rgb }: Canvas, { at, radius, colour, opacity, softness = 0, wobble }: Blot): void {
  const edge = Math.max(radius * softness, 1 / size);
  eachPixel(size, at, radius * (1 + (wobble?.depth ?? 0) * 1.9) + edge, (i, x, y) => {
    const angle = wobble ? Math.atan2(y - at.y, x - at.x) : 0;
    const reach = wobble ? radius * (1 + wobble.depth * (Math.sin(2 * angle + wobble.phase) + 0.5 * Math.sin(3 * angle - 2 * wobble.phase) + 0.4 * Math.sin(5 * angle + 3 * wobble.phase))) : radius;
    const t = clamp01((reach - distanceOf(x - at.x, y - at.y)) / edge + 0.5);
    if (t > 0) blend(rgb, i, colour, opacity * t * t * (3 - 2 * t));
  });
}

/** A bell-shaped glow or shade. */
export function paintGlow({ size, rgb }: Canvas, { at, radius, colour, opacity }: Omit<Blot, 'softness' | 'wobble'>): void {
  eachPixel(size, at, 3 * radius, (i, x, y) => {
    const squared = ((x - at.x) ** 2 + (y - at.y) ** 2) / (radius * radius);
    blend(rgb, i, colour, opacity * Math.exp(-squared / 2));
  });
}

/** Calls back for every pixel whose centre may lie within `reach` of a point, with its index and centre. */
function eachPixel(size: number, at: Point, reach: number, visit: (i: number, x: number, y: number) => void): void {
  const left = Math.max(Math.floor((at.x - reach) * size), 0);
  const right = Math.min(Math.ceil((at.x + reach) * size), size - 1);
  const bottom = Math.min(Math.ceil((at.y + reach) * size), size - 1);
  for (let row = Math.max(Math.floor((at.y - reach) * size), 0); row <= bottom; row++) {
    for (let column = left; column <= right; column++) visit(row * size + column, (column + 0.5) / size, (row + 0.5) / size);
  }
}

function blend(rgb: Float32Array, i: number, [red, green, blue]: Colour, share: number): void {
  rgb[3 * i] = rgb[3 * i]! + (red - rgb[3 * i]!) * share;
  rgb[3 * i + 1] = rgb[3 * i + 1]! + (green - rgb[3 * i + 1]!) * share;
  rgb[3 * i + 2] = rgb[3 * i + 2]! + (blue - rgb[3 * i + 2]!) * share;
}

export function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** Math.hypot guards against overflow at ten times the price. */
function distanceOf(dx: number, dy: number): number {
  return Math.sqrt(dx * dx + dy * dy);
}
