import assert from 'node:assert/strict';
import { createRandomKey, randomNormal, randomUint32, randomUniform, threefry2x32 } from '@eyegazer/core';

describe('counter-based random numbers', () => {
  it('gives the known answers of Threefry-2x32 with 20 rounds (Random123 kat_vectors)', () => {
    assert.deepEqual(threefry2x32([0, 0], 0, 0), [0x6b200159, 0x99ba4efe]);
    assert.deepEqual(threefry2x32([0xffffffff, 0xffffffff], 0xffffffff, 0xffffffff), [0x1cb996fc, 0xbb002be7]);
    assert.deepEqual(threefry2x32([0x13198a2e, 0x03707344], 0x243f6a88, 0x85a308d3), [0xc4923a9c, 0x483df7a0]);
  });

  it('gives the same value for the same path, another for any other', () => {
    const draw = (...path: (string | number)[]) => randomUint32(createRandomKey(7, ...path), 3);
    const values = [draw(), draw('a'), draw('b'), draw('a', 1), draw('a', 2), draw(1, 'a'), draw(0), draw(2 ** 40)];
    assert.equal(new Set(values).size, values.length);
    assert.equal(draw('a', 1), draw('a', 1));
  });

  it('is uniform on [0, 1): mean, variance and every tenth', () => {
    const key = createRandomKey(1, 'uniform');
    const tenths = new Array<number>(10).fill(0);
    let sum = 0;
    let squares = 0;
    const n = 100_000;
    for (let i = 0; i < n; i++) {
      const u = randomUniform(key, i);
      assert.ok(u >= 0 && u < 1);
      sum += u;
      squares += u * u;
      tenths[Math.floor(u * 10)]! += 1;
    }
    assert.ok(Math.abs(sum / n - 0.5) < 0.004);
    assert.ok(Math.abs(squares / n - 1 / 3) < 0.004);
    for (const count of tenths) assert.ok(Math.abs(count - n / 10) < 500, `a tenth holds ${count} of ${n}`);
  });

  it('is normal: mean 0, variance 1, kurtosis 3', () => {
    const key = createRandomKey(1, 'normal');
    const n = 100_000;
    let m1 = 0;
    let m2 = 0;
    let m4 = 0;
    for (let i = 0; i < n; i++) {
      const z = randomNormal(key, i);
      assert.ok(Number.isFinite(z));
      m1 += z;
      m2 += z ** 2;
      m4 += z ** 4;
    }
    assert.ok(Math.abs(m1 / n) < 0.015);
    assert.ok(Math.abs(m2 / n - 1) < 0.03);
    assert.ok(Math.abs(m4 / n - 3) < 0.2);
  });

  it('refuses a seed that is no whole number of its range', () => {
    assert.throws(() => createRandomKey(1.5), RangeError);
    assert.throws(() => createRandomKey(-1), RangeError);
    assert.throws(() => createRandomKey(0, Number.NaN), RangeError);
  });
});
