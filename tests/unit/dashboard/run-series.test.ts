import assert from 'node:assert/strict';
import { appendMetrics, compactBuckets, extentOf, mostBuckets, type RunSeries } from '../../../apps/dashboard/src/live/run-series.js';
import { alignLines } from '../../../apps/dashboard/src/ui/align-lines.js';

const point = (update: number, value: number) => ({ from: update, to: update, min: value, max: value, last: value });

describe('series of a run', () => {
  it('never loses a spike, however often buckets are merged', () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i === 377 ? 99 : i === 640 ? -7 : 1));
    const merged = compactBuckets(values.map((value, i) => point(i + 1, value)), 60);
    assert.ok(merged.length <= 60);
    const spike = merged.find(({ from, to }) => from <= 378 && to >= 378);
    assert.equal(spike?.max, 99);
    assert.equal(merged.find(({ from, to }) => from <= 641 && to >= 641)?.min, -7);
    assert.deepEqual([merged[0]?.from, merged.at(-1)?.to], [1, 1000]);
    merged.slice(1).forEach(({ from }, i) => assert.equal(from, (merged[i]?.to ?? NaN) + 1));
  });

  it('stays within its limit while points keep coming, and still covers every update', () => {
    let series: RunSeries = { attempt: 1, upTo: 0, byName: {} };
    const total = 3 * mostBuckets;
    for (let first = 1; first <= total; first += 500) {
      const updates = Array.from({ length: Math.min(500, total - first + 1) }, (_, i) => first + i);
      series = appendMetrics(series, { seq: series.upTo + 1, attempt: 1, data: { updates, series: { loss: updates.map(() => 1) } } });
      assert.ok((series.byName['loss']?.length ?? 0) <= mostBuckets);
    }
    assert.deepEqual(extentOf(series.byName['loss'] ?? []), { points: total, lastUpdate: total });
  });

  it('widens the last bucket by a point of the same update instead of dropping it', () => {
    const series = appendMetrics({ attempt: 1, upTo: 1, byName: { loss: [point(4, 2)] } }, { seq: 2, attempt: 1, data: { updates: [4], series: { loss: [5] } } });
    assert.deepEqual(series.byName['loss'], [{ from: 4, to: 4, min: 2, max: 5, last: 5 }]);
  });

  it('puts buckets and evaluations on one ascending axis', () => {
    const aligned = alignLines([point(1, 3), { from: 2, to: 4, min: 1, max: 8, last: 2 }], [[{ x: 3, y: 0.5 }, { x: 4, y: null }]]);
    assert.deepEqual(aligned, {
      x: [1, 3, 4],
      bucket: { last: [3, null, 2], min: [3, null, 1], max: [3, null, 8] },
      points: [[null, 0.5, null]],
    });
  });
});
