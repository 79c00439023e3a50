import assert from 'node:assert/strict';
import type { EventData, ExperimentEvent, WrittenEvent } from '@eyegazer/core';
import { logEvent, registerWorker, seed, startAttempt, submit, usePlatform } from '../../fixtures/platform.js';

const at = '2026-01-02T03:04:05.678Z';

function evaluation(counter: number, update: number, metrics: Partial<EventData<'evaluation'>['metrics']>): WrittenEvent {
  return {
    counter,
    at,
    type: 'evaluation',
    data: {
      update,
      epoch: 1,
      count: 10,
      metrics: { loss: 1, accuracy: 0.5, balancedAccuracy: 0.5, qwk: null, macroF1: 0.5, mcc: null, mae: null, rmse: null, r2: null, ...metrics },
      classNames: ['0', '1'],
      confusion: [[5, 1], [2, 2]],
      recall: [0.8, 0.5],
      precision: [0.7, null],
      truthCounts: [6, 4],
      predictedCounts: [7, 3],
      logitsHash: 'aa',
      learningRate: 0.001,
      trainLoss: 0.7,
    },
  };
}

describe('event log', function () {
  this.timeout(30_000);
  const test = usePlatform();

  async function running(config: Record<string, unknown> = {}) {
    const { platform } = test;
    await registerWorker(platform);
    const experimentId = await submit(platform, await seed(platform), { config });
    const attempt = await startAttempt(test, experimentId);
    return { experimentId, attempt: attempt.attempt, attemptId: attempt.attemptId };
  }

  it('gives back every event as it was written, float arrays bit for bit', async () => {
    const { platform } = test;
    const { experimentId, attempt } = await running();
    const first = (await platform.events.lastSeq(experimentId)) + 1;
    const metrics: WrittenEvent = { counter: 1, at, type: 'metrics', data: { updates: [1, 2, 3], series: { loss: [0.1 + 0.2, 1e-300, 3], 'odd "name",{}': [1, 2, -1.5] } } };
    const written: WrittenEvent[] = [logEvent(0, 'quotes " and \\ and {braces}, NULL'), metrics, evaluation(2, 3, { qwk: 0.25 })];
    const { lastSeq } = await platform.events.append({ experimentId, attempt, events: written });
    assert.equal(lastSeq, first + 2);
    const read = await platform.events.read({ experimentId, after: first - 1, limit: 100 });
    const expected = written.map(({ counter: _counter, ...event }, i) => ({ ...event, experimentId, attempt, seq: first + i }));
    assert.deepEqual(read, expected);
    assert.deepEqual(await platform.events.read({ experimentId, after: 0, limit: 100, types: ['metrics'] }), [expected[1]]);
  });

  it('numbers without gap or repetition under 8 writers at once', async () => {
    const { platform } = test;
    const other = await test.another();
    const { experimentId, attempt } = await running();
    const before = await platform.events.lastSeq(experimentId);
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let batch = 0; batch < 5; batch++) {
          const events = Array.from({ length: 4 }, (_, i) => logEvent(writer * 1000 + batch * 10 + i));
          await (writer % 2 === 0 ? platform : other).events.append({ experimentId, attempt, events });
        }
      }),
    );
    const read = await platform.events.read({ experimentId, after: before, limit: 1000 });
    assert.deepEqual(read.map(({ seq }) => seq), Array.from({ length: 160 }, (_, i) => before + 1 + i));
    assert.equal(await platform.events.lastSeq(experimentId), before + 160);
  });

  it('changes nothing when counters come again, in part or twice in one batch', async () => {
    const { platform } = test;
    const { experimentId, attempt } = await running();
    const metrics: WrittenEvent = { counter: 7, at, type: 'metrics', data: { updates: [1], series: { loss: [4] } } };
    const first = await platform.events.append({ experimentId, attempt, events: [logEvent(5), metrics] });
    const again = await platform.events.append({ experimentId, attempt, events: [logEvent(5, 'another'), metrics] });
    assert.equal(again.lastSeq, first.lastSeq);
    const more = await platform.events.append({ experimentId, attempt, events: [metrics, logEvent(8), logEvent(8, 'second')] });
    assert.equal(more.lastSeq, first.lastSeq + 1);
    const logs = (await platform.events.read({ experimentId, after: 0, limit: 100, types: ['log'] })) as Extract<ExperimentEvent, { type: 'log' }>[];
    assert.deepEqual(logs.map(({ data }) => data.message), ['hello', 'hello']);
    assert.equal((await test.sql('SELECT 1 FROM metric_chunk WHERE experiment_id = $1', [experimentId])).length, 1);
  });

  it('fences off an attempt that has ended or is not the newest', async () => {
    const { platform } = test;
    const { experimentId, attempt, attemptId } = await running();
    await platform.attempts.end(attemptId, { kind: 'cancelled' });
    await platform.experiments.retry(experimentId);
    const seq = await platform.events.lastSeq(experimentId);
    await assert.rejects(platform.events.append({ experimentId, attempt, events: [logEvent(1)] }), { code: 'FENCED' });
    const second = await startAttempt(test, experimentId);
    assert.equal(second.attempt, attempt + 1);
    await assert.rejects(platform.events.append({ experimentId, attempt, events: [logEvent(1)] }), { code: 'FENCED' });
    await assert.rejects(platform.events.append({ experimentId, attempt: attempt + 2, events: [logEvent(1)] }), { code: 'FENCED' });
    // The same counter under another attempt is another event.
    assert.ok((await platform.events.append({ experimentId, attempt: second.attempt, events: [logEvent(1)] })).lastSeq > seq);
  });

  it('refuses series of unequal length, numbers that are not finite, and unknown experiments', async () => {
    const { platform } = test;
    const { experimentId, attempt } = await running();
    const append = (data: EventData<'metrics'>) => platform.events.append({ experimentId, attempt, events: [{ counter: 1, at, type: 'metrics', data }] });
    await assert.rejects(append({ updates: [1, 2], series: { loss: [1] } }), { code: 'BAD_REQUEST', path: 'events[0].data.series.loss' });
    await assert.rejects(append({ updates: [1], series: { loss: [Number.NaN] } }), { code: 'BAD_REQUEST' });
    await assert.rejects(platform.events.append({ experimentId: 'nobody', attempt: 1, events: [logEvent(1)] }), { code: 'NOT_FOUND' });
    await assert.rejects(platform.events.read({ experimentId: 'nobody', after: 0, limit: 1 }), { code: 'NOT_FOUND' });
    await assert.rejects(platform.events.lastSeq('nobody'), { code: 'NOT_FOUND' });
  });

  it('keeps the summary: progress, newest and best by the chosen metric, health as of the newest evaluation, plan, artifacts', async () => {
    const { platform } = test;
    const { experimentId, attempt, attemptId } = await running({ evaluation: { metric: 'loss' } });
    const progress = { phase: 'training' as const, update: 4, updates: 20, epoch: 0.2, imagesPerSecond: 12.5, secondsLeft: 99 };
    const plan = { deviceKey: 'k', deviceName: 'CPU', engine: 'e', effectiveBatch: 4, microBatch: 2, pieces: [2, 2], trainSamples: 90, evalSamples: 10, updatesPerEpoch: 2, updates: 20, trainableParameters: 1000, estimatedBytes: 5, adaptation: 'head' as const, precision: 'int8' as const, recompute: 'selective' as const, device: 'cpu' as const };
    const finding = (level: 'warning' | 'critical', healthState: 'confirmed') => ({ rule: 'C1' as const, level, update: 4, message: 'm', evidence: { n: 1 }, remedies: [], healthState });
    await platform.events.append({
      experimentId,
      attempt,
      events: [
        { counter: 1, at, type: 'plan', data: plan },
        { counter: 2, at, type: 'progress', data: { ...progress, update: 3 } },
        { counter: 3, at, type: 'progress', data: progress },
        evaluation(4, 2, { loss: 0.9, accuracy: 0.6 }),
        evaluation(5, 4, { loss: 0.4, accuracy: 0.7 }),
        { counter: 6, at, type: 'finding', data: finding('critical', 'confirmed') },
        { counter: 7, at, type: 'artifact', data: { name: 'bundle.zip', sha256: 'ab'.repeat(32), byteLength: 5_000_000_000 } },
      ],
    });
    await platform.events.append({ experimentId, attempt, events: [evaluation(8, 6, { loss: 0.5, accuracy: 0.9 }), { counter: 9, at, type: 'finding', data: finding('warning', 'confirmed') }] });
    const detail = await platform.experiments.get(experimentId);
    assert.deepEqual(detail.progress, progress);
    assert.equal(detail.latest?.loss, 0.5);
    assert.equal(detail.best?.loss, 0.4);
    assert.equal(detail.evaluation?.update, 6);
    assert.deepEqual({ state: detail.health.state, level: detail.health.level }, { state: 'confirmed', level: 'warning' }, 'the health is that of the newest evaluation');
    assert.deepEqual(detail.health.findings.map(({ level }) => level), ['critical', 'warning']);
    assert.deepEqual(detail.attempts[0]?.plan, plan);
    assert.deepEqual(detail.artifacts, [{ name: 'bundle.zip', sha256: 'ab'.repeat(32), byteLength: 5_000_000_000 }]);
    assert.equal(detail.lastSeq, await platform.events.lastSeq(experimentId));

    // An evaluation that no finding follows is a healthy one.
    await platform.events.append({ experimentId, attempt, events: [evaluation(10, 8, { loss: 0.45, accuracy: 0.9 })] });
    const { health } = await platform.experiments.get(experimentId);
    assert.deepEqual({ state: health.state, level: health.level }, { state: 'recovered', level: null });

    // A new attempt begins with nothing of it.
    await platform.attempts.end(attemptId, { kind: 'cancelled' });
    await platform.experiments.retry(experimentId);
    await startAttempt(test, experimentId);
    const next = await platform.experiments.get(experimentId);
    assert.deepEqual([next.progress, next.latest, next.best, next.evaluation, next.artifacts], [null, null, null, null, []]);
    assert.deepEqual(next.health, { state: 'ok', level: null, findings: [] });
  });
});
