import assert from 'node:assert/strict';
import { AppError, type RecomputeMode } from '@eyegazer/core';
import { chooseStepSize, countEvaluationsLeft, createMetricBuffer, createProgressMeter, describeOverflow, isEvaluationDue, type StepSizeOptions } from '@eyegazer/worker';

const point = { loss: 1, learningRate: 0.1, gradNorm: 2, imagesPerSecond: 3, stepSeconds: 4, dataWaitSeconds: 5 };

describe('metric buffer', () => {
  it('sends the first point at once, then gathers fast updates for 50 ms', () => {
    let clock = 0;
    const buffer = createMetricBuffer({ now: () => clock });
    const sent: number[][] = [];
    for (let update = 1; update <= 20; update++) {
      clock += 10;
      const event = buffer.add(update, point);
      if (event) sent.push(event.updates);
    }
    assert.deepEqual(sent.slice(0, 3), [[1], [2, 3, 4, 5, 6], [7, 8, 9, 10, 11]]);
    assert.deepEqual(buffer.take()?.updates, [17, 18, 19, 20]);
    assert.equal(buffer.take(), null);
  });

  it('holds nothing back before an update that may take long', () => {
    let clock = 0;
    const buffer = createMetricBuffer({ now: () => clock });
    for (let update = 1; update <= 3; update++) {
      clock += 400;
      assert.deepEqual(buffer.add(update, point), {
        updates: [update],
        series: { loss: [1], learningRate: [0.1], gradNorm: [2], imagesPerSecond: [3], stepSeconds: [4], dataWaitSeconds: [5] },
      });
    }
  });
});

describe('evaluation schedule', () => {
  it('is due at the end of an epoch, every N updates, and after the last', () => {
    const due = (every: 'epoch' | number): number[] =>
      Array.from({ length: 10 }, (_, i) => i + 1).filter((done) => isEvaluationDue(done, { every, updatesPerEpoch: 5, updates: 10 }));
    assert.deepEqual(due('epoch'), [5, 10]);
    assert.deepEqual(due(4), [4, 8, 10]);
    assert.deepEqual(due(100), [10]);
  });

  it('counts what is left as the schedule gives it', () => {
    for (const every of ['epoch', 1, 3, 4, 5, 10, 100] as const) {
      const schedule = { every, updatesPerEpoch: 5, updates: 10 };
      for (let done = 0; done <= 10; done++) {
        const left = Array.from({ length: 10 - done }, (_, i) => done + 1 + i).filter((update) => isEvaluationDue(update, schedule)).length;
        assert.equal(countEvaluationsLeft(done, schedule), left, `every ${every}, ${done} done`);
      }
    }
  });
});

describe('progress meter', () => {
  const schedule = { every: 'epoch', updatesPerEpoch: 10, updates: 20 } as const;

  it('knows nothing before the first update', () => {
    assert.deepEqual(createProgressMeter({ schedule, trainSamples: 100, evalSamples: 40 }).read(0), { imagesPerSecond: null, secondsLeft: null });
  });

  it('counts updates and evaluations to come, the latter as measured once there is a measure', () => {
    const meter = createProgressMeter({ schedule, trainSamples: 100, evalSamples: 40 });
    meter.recordUpdate({ images: 10, ms: 1000 });
    assert.deepEqual(meter.read(1), { imagesPerSecond: 10, secondsLeft: 19 + 2 * 2 });
    meter.recordEvaluation(7000);
    assert.deepEqual(meter.read(10), { imagesPerSecond: 10, secondsLeft: 10 + 7 });
    assert.deepEqual(meter.read(20), { imagesPerSecond: 10, secondsLeft: 0 });
  });

  it('forgets what was long ago', () => {
    const meter = createProgressMeter({ schedule, trainSamples: 100, evalSamples: 40 });
    meter.recordUpdate({ images: 10, ms: 100_000 });
    for (let i = 0; i < 20; i++) meter.recordUpdate({ images: 10, ms: 1000 });
    assert.equal(meter.read(20).imagesPerSecond, 10);
  });
});

describe('an overflow of float16', () => {
  it('is told with its update and where the scale stands, and only when there was one', () => {
    assert.equal(describeOverflow({ update: 4 }), null);
    assert.equal(describeOverflow({ update: 4, lossScale: { scale: 65_536, overflows: 0 } }), null);
    assert.equal(describeOverflow({ update: 4, lossScale: { scale: 32_768, overflows: 1 } }), 'Update 5: float16 overflowed, one step was computed again; the loss is scaled by 32768 now.');
    assert.match(describeOverflow({ update: 0, lossScale: { scale: 8, overflows: 3 } }) ?? '', /^Update 1: .* 3 steps were computed again/);
  });
});

describe('the size of a step', () => {
  const gib = 1024 ** 3;
  const mib = 1024 ** 2;
  const perSample = { none: 100 * mib, selective: 40 * mib, full: 10 * mib };
  const estimateBytes = (recompute: RecomputeMode, m: number): number => gib + m * perSample[recompute];
  const choose = (options: Partial<StepSizeOptions>) => chooseStepSize({ microBatch: 'auto', recompute: 'none', effectiveBatch: 64, device: 'cpu', freeBytes: 100 * gib, estimateBytes, ...options });

  it('is the largest that 90 % of the free memory holds', () => {
    assert.deepEqual(choose({ freeBytes: 1.7 * gib }), { microBatch: 5, recompute: 'none' });
    assert.deepEqual(choose({ freeBytes: 1.7 * gib, recompute: 'selective', device: 'cuda' }), { microBatch: 13, recompute: 'selective' });
  });
  it('goes no further than 8 where a CPU gets no faster, nor than the effective batch', () => {
    assert.equal(choose({}).microBatch, 8);
    assert.equal(choose({ effectiveBatch: 5 }).microBatch, 5);
    assert.equal(choose({ device: 'webgpu' }).microBatch, 64);
  });
  it('respects a number, up to the effective batch, and computes again what it takes to fit it', () => {
    assert.deepEqual(choose({ microBatch: 48, freeBytes: 0 }), { microBatch: 48, recompute: 'none' });
    assert.equal(choose({ microBatch: 48, effectiveBatch: 16 }).microBatch, 16);
    assert.deepEqual(choose({ microBatch: 8, recompute: 'auto', freeBytes: 1.5 * gib }), { microBatch: 8, recompute: 'selective' });
    assert.deepEqual(choose({ microBatch: 8, recompute: 'auto', freeBytes: 0 }), { microBatch: 8, recompute: 'full' });
  });
  it('computes nothing again while memory holds enough images at a time, and no more than it must', () => {
    assert.deepEqual(choose({ recompute: 'auto' }), { microBatch: 8, recompute: 'none' });
    assert.deepEqual(choose({ recompute: 'auto', freeBytes: 1.4 * gib }), { microBatch: 2, recompute: 'none' });
    assert.deepEqual(choose({ recompute: 'auto', freeBytes: 1.25 * gib }), { microBatch: 3, recompute: 'selective' });
    assert.deepEqual(choose({ recompute: 'auto', freeBytes: 1.15 * gib }), { microBatch: 3, recompute: 'full' });
    assert.deepEqual(choose({ recompute: 'auto', device: 'cuda', freeBytes: 1.4 * gib }), { microBatch: 26, recompute: 'full' });
  });
  it('takes the mode that needs least where none fits, be it not the last', () => {
    const estimate = (mode: RecomputeMode, m: number): number => estimateBytes(mode, m) + (mode === 'full' ? gib : 0);
    assert.deepEqual(choose({ microBatch: 8, recompute: 'auto', freeBytes: 0, estimateBytes: estimate }), { microBatch: 8, recompute: 'selective' });
  });
  it('says how much memory is needed when there is not enough for one image, and what else to try', () => {
    const refused = (options: Partial<StepSizeOptions>, message: RegExp): void =>
      assert.throws(() => choose(options), (error) => error instanceof AppError && error.code === 'OUT_OF_MEMORY' && message.test(error.message));
    refused({ freeBytes: gib }, /at least 1\.22 GiB.*got 1\.00 GiB\. Free some, set training\.recompute: auto/);
    refused({ freeBytes: gib, recompute: 'auto' }, /at least 1\.12 GiB.*got 1\.00 GiB\. Free some, or use a smaller base model/);
  });
});
