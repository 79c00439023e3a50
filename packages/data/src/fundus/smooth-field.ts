import type { View } from './geometry.js';

export interface SmoothField {
  /** How many values a point has. */
  readonly values: number;
  /** Points of the lattice across the field's diameter, enough for the finest that the field holds; an image with fewer pixels has one for each. */
  readonly steps: number;
  readonly field: FieldFunction;
}

/** Values at one point of the field (shares of its diameter) into `out`. */
export type FieldFunction = (x: number, y: number, out: Float64Array) => void;

/**
 * Evaluates what changes slowly across an image on a lattice, and calls back for every pixel with the values between: a
 * photograph of five megapixels costs little more than a thumbnail.
 */
export function eachSmoothPixel(view: View, { values, steps, field }: SmoothField, visit: (i: number, values: Float64Array, x: number, y: number) => void): void {
  const { width, height, scale, centre } = view;
  const pitch = Math.max(scale / steps, 1);
  const columns = Math.ceil(width / pitch) + 1;
  const rows = Math.ceil(height / pitch) + 1;
  const lattice = new Float64Array(columns * rows * values);
  const at = new Float64Array(values);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i += values) {
      field((column * pitch + 0.5 - centre.x) / scale, (row * pitch + 0.5 - centre.y) / scale, at);
      for (let k = 0; k < values; k++) lattice[i + k] = at[k]!;
    }
  }
  const line = new Float64Array(columns * values);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.min(Math.floor(y / pitch), rows - 2);
    const v = y / pitch - row;
    const start = row * columns * values;
    for (let j = 0; j < line.length; j++) line[j] = lattice[start + j]! * (1 - v) + lattice[start + columns * values + j]! * v;
    for (let x = 0; x < width; x++, i++) {
      const column = Math.min(Math.floor(x / pitch), columns - 2);
      const u = x / pitch - column;
      const j = column * values;
      for (let k = 0; k < values; k++) at[k] = line[j + k]! * (1 - u) + line[j + values + k]! * u;
      visit(i, at, x + 0.5, y + 0.5);
    }
  }
}
