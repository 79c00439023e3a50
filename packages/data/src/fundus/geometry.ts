/**
 * Places and lengths of a fundus are shares of the diameter of the camera's round field, from its centre, x to the right and y
 * downwards. A view says where that field lies in an image of some size.
 */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the round field lies in an image. Pixels. */
export interface View {
  readonly width: number;
  readonly height: number;
  /** Of the field's centre. */
  readonly centre: Point;
  /** The field's diameter. */
  readonly scale: number;
}

export function toPixels({ centre, scale }: View, { x, y }: Point): Point {
  return { x: centre.x + x * scale, y: centre.y + y * scale };
}

/** Math.hypot guards against overflow at ten times the price. */
export function lengthOf(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

export function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** 0 up to `from`, 1 from `to` on, eased between. */
export function smoothStep(from: number, to: number, value: number): number {
  const t = clamp01((value - from) / (to - from));
  return t * t * (3 - 2 * t);
}
