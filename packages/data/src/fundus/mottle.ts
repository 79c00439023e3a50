import type { Dice } from './dice.js';

/** Smooth random mottling over the unit square: values of about -1 to 1 on a lattice of `cells`, eased between. */
export function createMottle(dice: Dice, cells: number): (x: number, y: number) => number {
  const side = cells + 1;
  const lattice = Float32Array.from({ length: side * side }, () => dice.between(-1, 1));
  const ease = (t: number): number => t * t * (3 - 2 * t);
  return (x, y) => {
    const [column, row] = [Math.min(Math.floor(x * cells), cells - 1), Math.min(Math.floor(y * cells), cells - 1)];
    const [u, v] = [ease(x * cells - column), ease(y * cells - row)];
    const i = row * side + column;
    const top = lattice[i]! + (lattice[i + 1]! - lattice[i]!) * u;
    const bottom = lattice[i + side]! + (lattice[i + side + 1]! - lattice[i + side]!) * u;
    return top + (bottom - top) * v;
  };
}
