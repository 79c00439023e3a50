import assert from 'node:assert/strict';

export interface Tolerance {
  rtol: number;
  atol: number;
}

/** Asserts |actual - expected| <= atol + rtol * |expected| for every element, and names the worst one. */
export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, { rtol, atol }: Tolerance, what: string): void {
  assert.equal(actual.length, expected.length, `${what}: number of values`);
  let worst = -1;
  let worstExcess = 0;
  for (let i = 0; i < actual.length; i++) {
    const excess = Math.abs(actual[i]! - expected[i]!) - (atol + rtol * Math.abs(expected[i]!));
    if (!(excess <= worstExcess)) {
      worst = i;
      worstExcess = excess;
    }
  }
  if (worst >= 0) assert.fail(`${what}[${worst}]: expected ${expected[worst]}, got ${actual[worst]} (rtol ${rtol}, atol ${atol})`);
}
