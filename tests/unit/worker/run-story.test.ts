import assert from 'node:assert/strict';
import type { EventBody } from '@eyegazer/core';
import { createRunStory } from '@eyegazer/worker';
import { collectingLog } from '../../fixtures/collecting-log.js';

const plan: EventBody = {
  type: 'plan',
  data: {
    deviceKey: 'm:cpu', deviceName: 'CPU', engine: 'traced', effectiveBatch: 16, microBatch: 8, pieces: [8, 8], trainSamples: 32, evalSamples: 4,
    updatesPerEpoch: 2, updates: 4, trainableParameters: 10, estimatedBytes: 1, adaptation: 'lora', precision: 'fp32', recompute: 'none', device: 'cpu',
  },
};
const metrics = (updates: number[], loss: number[]): EventBody => ({
  type: 'metrics',
  data: { updates, series: { loss, learningRate: loss, gradNorm: loss, imagesPerSecond: updates.map((update) => (update % 2 === 0 ? 8 : 32)), stepSeconds: updates.map(() => 0.4), dataWaitSeconds: updates.map((update) => (update % 2 === 0 ? 1.6 : 0.1)) } },
});

describe('the story of a run in the log', () => {
  function tell(events: EventBody[]) {
    const { log, lines } = collectingLog();
    const story = createRunStory(log.child({ experimentId: 'e' }));
    story.tell(events.map((event, i) => ({ ...event, counter: i + 1, at: '2026-01-01T00:00:00.000Z' })));
    story.close();
    assert.ok(lines.every((line) => line['experimentId'] === 'e'));
    return lines;
  }

  it('has one line for each epoch, with the means of it, whichever way its points were gathered', () => {
    const expected = [
      'Plan for CPU: micro-batches of 8; traced',
      'Epoch 1 of 2, update 2: loss 2, 12.8 images/s; an update computes 400 ms and waits 850 ms for images',
      'Epoch 2 of 2, update 4: loss 4, 12.8 images/s; an update computes 400 ms and waits 850 ms for images',
    ];
    for (const points of [[metrics([1, 2, 3, 4], [1, 3, 3, 5])], [metrics([1], [1]), metrics([2, 3], [3, 3]), metrics([4], [5])]]) {
      assert.deepEqual(tell([plan, ...points]).map(({ msg }) => msg), expected);
    }
  });

  it('tells an evaluation in one line, without the metrics that it has not', () => {
    const confusion = [[2, 0], [1, 1]];
    const [, line] = tell([
      plan,
      {
        type: 'evaluation',
        data: {
          update: 2, epoch: 1, count: 4, classNames: ['a', 'b'], confusion, recall: [1, 0.5], precision: [0.67, 1], truthCounts: [2, 2], predictedCounts: [3, 1], logitsHash: 'x', learningRate: 0.1, trainLoss: 1.25,
          metrics: { loss: 0.123456, accuracy: 0.75, balancedAccuracy: 0.75, qwk: null, macroF1: 0.7333333, mcc: null, mae: null, rmse: null, r2: null },
        },
      },
    ]);
    assert.equal(line?.msg, 'Evaluation after update 2 on 4 images: loss 0.1235, accuracy 0.75, balancedAccuracy 0.75, macroF1 0.7333; training loss 1.25');
  });

  it('warns of a finding that is a warning or worse, and counts the files of the bundle', () => {
    const finding = (level: 'info' | 'warning' | 'critical'): EventBody => ({
      type: 'finding',
      data: { rule: 'C1', level, update: 2, message: 'One class.', evidence: {}, remedies: [], healthState: 'suspected' },
    });
    const artifact = (name: string): EventBody => ({ type: 'artifact', data: { name, sha256: 'a'.repeat(64), byteLength: 1024 } });
    const lines = tell([finding('info'), finding('warning'), finding('critical'), artifact('a'), artifact('b')]);
    assert.deepEqual(lines.map(({ level }) => level), ['info', 'warn', 'warn', 'debug', 'debug', 'info']);
    assert.equal(lines[2]?.msg, 'Finding C1 (critical) after update 2: One class.');
    assert.equal(lines[5]?.msg, 'Bundle stored: 2 files, 2 KiB');
  });
});
