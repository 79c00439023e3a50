import assert from 'node:assert/strict';
import { formatChart, spreadBuckets } from '@eyegazer/cli';
import type { SeriesBucket } from '@eyegazer/core';

const point = (update: number, value: number): SeriesBucket => ({ from: update, to: update, min: value, max: value, last: value });
const points = (values: readonly number[]): SeriesBucket[] => values.map((value, i) => point(i + 1, value));

describe('line chart of the terminal', () => {
  it('draws a falling loss, its scale and the updates at both ends', () => {
    const lines = formatChart('loss', points([2, 1.5, 1.2, 1, 0.9, 0.8, 0.75, 0.7]), { width: 33, height: 6 });
    assert.deepEqual(lines, [
      '         loss 0.7',
      '   2.00┤──╮',
      '   1.74┤  │',
      '   1.48┤  ╰──╮',
      '   1.22┤     ╰──╮',
      '   0.96┤        ╰─────╮',
      '   0.70┤              ╰────────',
      '         1               update 8',
    ]);
  });

  it('puts a flat line in the middle of a scale, and a single point all over the width', () => {
    const lines = formatChart('loss', points([0.5]), { width: 20, height: 3 });
    assert.deepEqual(lines, ['         loss 0.5', '  0.550┤', '  0.500┤──────────', '  0.450┤', '         1  update 1']);
  });

  it('draws nothing of nothing', () => {
    assert.deepEqual(formatChart('loss', [], { width: 80, height: 10 }), []);
  });

  it('is never wider than it may be', () => {
    for (const width of [24, 40, 79, 133, 200]) {
      const lines = formatChart('loss', points(Array.from({ length: 500 }, (_, i) => 1e-7 * Math.cos(i))), { width, height: 8 });
      for (const line of lines) assert.ok(line.length <= width, `${line.length} > ${width}: ${line}`);
    }
  });

  it('loses no spike, however many updates share a column', () => {
    for (const columns of [2, 3, 10, 57, 200]) {
      for (const at of [0, 1, 499, 777, 998, 999]) {
        const values = Array.from({ length: 1000 }, (_, i) => (i === at ? 50 : 1));
        const spread = spreadBuckets(points(values), columns);
        assert.equal(spread.length, columns);
        assert.ok(spread.includes(50), `a spike at ${at} is lost in ${columns} columns`);
        assert.ok(spread.includes(1));
      }
    }
  });

  it('shows both extremes of every bucket of the server', () => {
    const buckets: SeriesBucket[] = [
      { from: 1, to: 8, min: 1, max: 3, last: 2 },
      { from: 9, to: 16, min: 0.5, max: 9, last: 1 },
      { from: 17, to: 17, min: 1, max: 1, last: 1 },
    ];
    assert.deepEqual(spreadBuckets(buckets, 5), [1, 3, 0.5, 9, 1]);
    assert.deepEqual(spreadBuckets(buckets, 2), [0.5, 9]);
  });

  it('invents no value: what it draws was measured', () => {
    const values = Array.from({ length: 313 }, (_, i) => Math.sin(i) * i);
    for (const columns of [7, 100, 313, 640]) {
      for (const value of spreadBuckets(points(values), columns)) assert.ok(values.includes(value));
    }
  });

  it('keeps the order of time', () => {
    const spread = spreadBuckets(points(Array.from({ length: 1000 }, (_, i) => i)), 90);
    assert.deepEqual(spread, [...spread].sort((a, b) => a - b));
    assert.equal(spread[0], 0);
    assert.equal(spread.at(-1), 999);
  });
});
