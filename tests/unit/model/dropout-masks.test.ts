import assert from 'node:assert/strict';
import { createDropoutPool, drawDropoutRows, dropoutPoolRows } from '@eyegazer/model';

const width = 192;
const base = { seed: 3, update: 5, sampleIds: [40, 41, 42, 43], batch: 4, modules: 6, tokens: 50 };

/** Row numbers of one module and sample over all tokens. */
function rowsOf(rows: Int32Array, { module, sample, batch, tokens }: { module: number; sample: number; batch: number; tokens: number }): number[] {
  return Array.from({ length: tokens }, (_, token) => rows[(module * tokens + token) * batch + sample]!);
}

describe('LoRA dropout masks', () => {
  for (const p of [0.1, 0.5]) {
    it(`keep 1 - p of the elements and scale them by 1 / (1 - p), for p = ${p}`, () => {
      const pool = createDropoutPool(width, p);
      const kept = pool.filter((value) => value !== 0);
      const deviation = Math.sqrt((p * (1 - p)) / pool.length);
      assert.ok(Math.abs(kept.length / pool.length - (1 - p)) < 4 * deviation, `kept ${kept.length / pool.length}`);
      assert.ok(kept.every((value) => value === Math.fround(1 / (1 - p))));
    });
  }

  it('differ from row to row: two rows agree as often as chance says', () => {
    const pool = createDropoutPool(width, 0.5);
    let agreeing = 0;
    for (let row = 1; row < dropoutPoolRows; row++) {
      for (let i = 0; i < width; i++) agreeing += Number(pool[row * width + i] === pool[(row - 1) * width + i]);
    }
    assert.ok(Math.abs(agreeing / ((dropoutPoolRows - 1) * width) - 0.5) < 0.01);
  });

  it('use every row of the pool about equally often', () => {
    const rows = drawDropoutRows({ ...base, modules: 24, tokens: 197, sampleIds: Array.from({ length: 32 }, (_, i) => i), batch: 32 });
    const counts = new Array<number>(dropoutPoolRows).fill(0);
    for (const row of rows) counts[row]! += 1;
    const expected = rows.length / dropoutPoolRows;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    assert.ok(Math.abs(chiSquare - (dropoutPoolRows - 1)) < 5 * Math.sqrt(2 * dropoutPoolRows), `chi-square ${chiSquare}`);
  });

  it('differ between seeds, updates, samples, modules and tokens', () => {
    const rows = drawDropoutRows(base);
    const own = rowsOf(rows, { module: 0, sample: 0, ...base });
    const others = [
      rowsOf(drawDropoutRows({ ...base, seed: 4 }), { module: 0, sample: 0, ...base }),
      rowsOf(drawDropoutRows({ ...base, update: 6 }), { module: 0, sample: 0, ...base }),
      rowsOf(rows, { module: 0, sample: 1, ...base }),
      rowsOf(rows, { module: 1, sample: 0, ...base }),
      [...own.slice(1), own[0]!],
    ];
    for (const other of others) {
      const same = own.filter((row, i) => row === other[i]).length;
      assert.ok(same <= 3, `${same} of ${own.length} rows agree`);
    }
  });

  it('are the same for a sample whatever micro-batch it is in', () => {
    const whole = drawDropoutRows(base);
    const part = drawDropoutRows({ ...base, sampleIds: [42], batch: 3 });
    for (let module = 0; module < base.modules; module++) {
      assert.deepEqual(rowsOf(part, { ...base, module, sample: 0, batch: 3 }), rowsOf(whole, { ...base, module, sample: 2 }));
    }
  });
});
