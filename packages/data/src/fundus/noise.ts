/** Smooth random texture that is a function of place alone, so that a scene looks the same in any size. */
export type Noise = (x: number, y: number) => number;

/** Value noise, about -1 to 1, with one cell per unit. `seed` is a 32-bit integer. */
export function createNoise(seed: number): Noise {
  return (x, y) => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const u = ease(x - column);
    const v = ease(y - row);
    const top = corner(seed, column, row) * (1 - u) + corner(seed, column + 1, row) * u;
    const bottom = corner(seed, column, row + 1) * (1 - u) + corner(seed, column + 1, row + 1) * u;
    return top + (bottom - top) * v;
  };
}

/** Octaves of a noise, each twice as fine and half as strong; turned, so that their cells do not line up. About -1 to 1. */
export function sumOctaves(noise: Noise, octaves: number): Noise {
  return (x, y) => {
    let sum = 0;
    let weight = 1;
    let total = 0;
    for (let i = 0; i < octaves; i++) {
      sum += weight * noise(x, y);
      total += weight;
      weight /= 2;
      const turned = 1.62 * x - 1.18 * y + 17.3;
      y = 1.18 * x + 1.62 * y - 9.1;
      x = turned;
    }
    return sum / total;
  };
}

/** A 32-bit mix of two integers: far cheaper than the counter-based generator, and enough for what is only looked at. */
export function mixBits(seed: number, a: number, b: number): number {
  let h = Math.imul(a, 0x27d4eb2d) ^ Math.imul(b, 0x165667b1) ^ seed;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return h ^ (h >>> 15);
}

function corner(seed: number, column: number, row: number): number {
  return mixBits(seed, column, row) / 0x8000_0000;
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}
