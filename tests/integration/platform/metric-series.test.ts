import assert from 'node:assert/strict';
import type { SeriesBucket, WrittenEvent } from '@eyegazer/core';
import { registerWorker, seed, startAttempt, submit, usePlatform } from '../../fixtures/platform.js';

const at = '2026-01-02T03:04:05.678Z';
const pointCount = 20_000;

describe('metric series', function () {
  this.timeout(60_000);
  const test = usePlatform();
  let experimentId = '';
  // A slow wave, noise that a seed would give again, and one spike that no bucket may lose.
  const loss = Array.from({ length: pointCount }, (_, i) => Math.sin(i / 700) + ((i * 2_654_435_761) % 1000) / 5000);
  loss[13_337] = 1e6;

  before(async () => {
    const { platform } = test;
    await registerWorker(platform);
    experimentId = await submit(platform, await seed(platform));
    const { attempt } = await startAttempt(test, experimentId);
    let counter = 0;
    // Chunks of uneven size, as a trainer sends them.
    for (let from = 0; from < pointCount; ) {
      const events: WrittenEvent[] = [];
      for (let n = 0; n < 40 && from < pointCount; n++) {
        const to = Math.min(pointCount, from + 1 + ((counter * 7) % 23));
        const updates = Array.from({ length: to - from }, (_, i) => from + i);
        events.push({ counter: (counter += 1), at, type: 'metrics', data: { updates, series: { loss: loss.slice(from, to), learningRate: updates.map((update) => update / pointCount) } } });
        from = to;
      }
      await platform.events.append({ experimentId, attempt, events });
    }
  });

  function check(buckets: SeriesBucket[] | undefined, from: number, to: number): void {
    assert.ok(buckets && buckets.length > 0);
    let next = from;
    for (const bucket of buckets) {
      const points = loss.slice(bucket.from, bucket.to + 1);
      assert.equal(bucket.min, points.reduce((a, b) => Math.min(a, b)));
      assert.equal(bucket.max, points.reduce((a, b) => Math.max(a, b)));
      assert.equal(bucket.last, points.at(-1));
      // Neither gap nor overlap; the ends may reach out to whole buckets.
      assert.ok(next === from ? bucket.from <= from : bucket.from === next, `expected a bucket from ${next}, got one from ${bucket.from}`);
      next = bucket.to + 1;
    }
    assert.ok(next > to, `expected points up to ${to}, got ${next - 1}`);
  }

  for (const [from, to, maxPoints] of [
    [0, pointCount - 1, 1],
    [0, pointCount - 1, 7],
    [0, pointCount - 1, 500],
    [0, pointCount - 1, 1000],
    [13_000, 14_000, 100],
    [13_337, 13_337, 10],
    [5000, 5200, 1000],
    [4090, 8200, 2],
    [100, 19_000, 1200],
  ] as const) {
    it(`is exact by brute force for ${from}..${to} in ${maxPoints} buckets, spike included`, async () => {
      const answer = await test.platform.events.readSeries({ experimentId, names: ['loss'], from, to, maxPoints });
      assert.deepEqual(Object.keys(answer.series), ['loss']);
      const buckets = answer.series['loss'];
      check(buckets, from, to);
      assert.ok((buckets?.length ?? 0) <= maxPoints);
      if (from <= 13_337 && to >= 13_337) assert.equal(Math.max(...(buckets ?? []).map(({ max }) => max)), 1e6);
      assert.equal(answer.upTo, await test.platform.events.lastSeq(experimentId));
    });
  }

  it('gives single points back as they are when there is room for all', async () => {
    const { series } = await test.platform.events.readSeries({ experimentId, names: null, from: 10, to: 19, maxPoints: 100 });
    assert.deepEqual(Object.keys(series).sort(), ['learningRate', 'loss']);
    assert.deepEqual(series['loss']?.map(({ last }) => last), loss.slice(10, 20));
    assert.deepEqual(series['loss']?.map(({ from, to }) => [from, to]), Array.from({ length: 10 }, (_, i) => [10 + i, 10 + i]));
  });

  it('reads few rows for a long range', async () => {
    const rows = await test.sql<{ width: number; n: string }>('SELECT width, count(*) AS n FROM metric_bucket WHERE experiment_id = $1 AND name = $2 GROUP BY width ORDER BY width', [experimentId, 'loss']);
    assert.deepEqual(rows.map(({ width, n }) => [width, Number(n)]), [[16, 1250], [256, 79], [4096, 5]]);
  });

  it('answers nothing for a range without points, and for an experiment without any', async () => {
    const { platform } = test;
    assert.deepEqual((await platform.events.readSeries({ experimentId, names: null, from: 50_000, maxPoints: 10 })).series, {});
    const fresh = await submit(platform, await seed(platform));
    assert.deepEqual(await platform.events.readSeries({ experimentId: fresh, names: null, maxPoints: 10 }), { attempt: 0, upTo: 1, series: {} });
    await assert.rejects(platform.events.readSeries({ experimentId: 'nobody', names: null, maxPoints: 10 }), { code: 'NOT_FOUND' });
  });
});
