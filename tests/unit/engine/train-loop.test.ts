import assert from 'node:assert/strict';
import { splitWindow, type LoadedPiece } from '@eyegazer/core';
import { createAdamW, createTrainSession, trainLoop, type StepInput, type TrainLoopOptions, type TrainSession, type UpdateReport } from '@eyegazer/engine';
import { assertClose } from '../../close.js';
import { tinyInput, tinySession, tinyTrainable } from './tiny-model.js';

/** A session whose loss is w * target and whose gradient is the target, each weighed. */
function fakeSession(onStep: (input: StepInput) => void = () => {}): TrainSession {
  return {
    microBatch: 8,
    step: async (input) => {
      onStep(input);
      const weighed = (value: (target: number) => number): number =>
        Array.from(input.targets).reduce((sum, target, i) => sum + value(target) * input.sampleWeights[i]!, 0);
      const w = input.trainable.get('w')![0]!;
      return { loss: weighed((target) => target * w), logits: new Float32Array(), grads: new Map([['w', Float32Array.of(weighed((target) => target))]]) };
    },
    dispose: async () => {},
  };
}

async function* windows(targets: number[][], microBatch: number): AsyncGenerator<LoadedPiece> {
  for (const [update, window] of targets.entries()) {
    let start = 0;
    for (const size of splitWindow(window.length, microBatch)) {
      const positions = Array.from({ length: size }, (_, i) => start + i);
      start += size;
      yield {
        update, epoch: 0, positions, windowSize: window.length, sampleWeights: positions.map(() => 1 / window.length), endsWindow: start === window.length, pixels: new Float32Array(),
        targets: Float32Array.from(positions, (position) => window[position]!),
      };
    }
  }
}

function options(overrides: Partial<TrainLoopOptions>): TrainLoopOptions & { reports: UpdateReport[] } {
  const trainable = new Map([['w', Float32Array.of(2)]]);
  const reports: UpdateReport[] = [];
  return {
    session: fakeSession(), pieces: windows([[1, 2, 3], [4, 5, 6], [7]], 2), trainable, optimizer: createAdamW({ trainable, weightDecay: () => 0 }),
    learningRate: (update) => 0.1 / (update + 1), clipNorm: 100, seed: 1, signal: new AbortController().signal,
    onUpdate: (report) => reports.push(report), isEvaluationDue: () => false, onEvaluate: async () => null, reports, ...overrides,
  };
}

describe('training loop', () => {
  it('makes one update per window, a partial last one included, and reports the mean loss, the norm and the rate', async () => {
    const run = options({});
    const result = await trainLoop(run);
    assert.deepEqual(result, { updates: 3, stopped: null });
    assert.deepEqual(run.reports.map(({ update, images, lr }) => [update, images, lr]), [[0, 3, 0.1], [1, 3, 0.05], [2, 1, 0.1 / 3]]);
    assert.equal(run.reports[0]!.loss, 2 * 2); // w times the mean target
    assertClose(run.reports.map((report) => report.gradNorm), [2, 5, 7], { rtol: 1e-6, atol: 0 }, 'norms');
    const expected = new Map([['w', Float32Array.of(2)]]);
    const optimizer = createAdamW({ trainable: expected, weightDecay: () => 0 });
    [2, 5, 7].forEach((mean, update) => optimizer.step(new Map([['w', Float32Array.of(mean)]]), 0.1 / (update + 1)));
    assertClose(run.trainable.get('w')!, expected.get('w')!, { rtol: 1e-6, atol: 0 }, 'w');
    assert.ok(run.reports.every((report) => report.stepMs >= 0 && report.dataWaitMs >= 0));
  });

  it('numbers the samples of a window for the dropout masks, whatever the micro-batch', async () => {
    for (const microBatch of [1, 2, 3]) {
      const seen: number[][] = [];
      await trainLoop(options({ pieces: windows([[1, 2, 3], [4, 5]], microBatch), session: fakeSession(({ dropout }) => seen.push([dropout!.update, ...Array.from(dropout!.sampleIds)])) }));
      const keys = seen.flatMap(([update, ...ids]) => ids.map((id) => `${update}:${id}`));
      assert.deepEqual(keys, ['0:0', '0:1', '0:2', '1:0', '1:1']);
    }
  });

  it('tells apart the time of computing and the time of waiting for images', async () => {
    const { now } = performance;
    let clock = 0;
    performance.now = () => clock;
    try {
      async function* slowPieces(): AsyncGenerator<LoadedPiece> {
        for await (const piece of windows([[1, 2], [3]], 1)) {
          clock += 5;
          yield piece;
        }
      }
      const run = options({
        pieces: slowPieces(),
        session: fakeSession(() => (clock += 70)),
        isEvaluationDue: () => true,
        onEvaluate: async () => ((clock += 1000), null),
      });
      await trainLoop(run);
      assert.deepEqual(run.reports.map(({ stepMs, dataWaitMs }) => ({ stepMs, dataWaitMs })), [{ stepMs: 140, dataWaitMs: 10 }, { stepMs: 70, dataWaitMs: 5 }]);
    } finally {
      performance.now = now;
    }
  });

  it('stops where the evaluation says so, and only asks when one is due', async () => {
    const asked: number[] = [];
    const result = await trainLoop(options({
      isEvaluationDue: (update) => update === 1,
      onEvaluate: async ({ update }) => (asked.push(update), { reason: 'C1' }),
    }));
    assert.deepEqual(asked, [1]);
    assert.deepEqual(result, { updates: 2, stopped: { reason: 'C1' } });
  });

  it('cancels before the next step, and a message gets in between two steps', async () => {
    const controller = new AbortController();
    let steps = 0;
    const session = fakeSession(() => {
      steps += 1;
      if (steps === 2) setImmediate(() => controller.abort());
    });
    await assert.rejects(trainLoop(options({ session, signal: controller.signal })), { name: 'AppError', code: 'CANCELLED' });
    assert.equal(steps, 2);
  });

  for (const [what, target] of [['loss', Number.NaN], ['gradient norm', Infinity]] as const) {
    it(`ends with NON_FINITE and the update when the ${what} is ${target}`, async () => {
      const trainable = new Map([['w', Float32Array.of(what === 'loss' ? 2 : 0)]]);
      const session: TrainSession = { ...fakeSession(), step: async () => ({ loss: what === 'loss' ? target : 0, logits: new Float32Array(), grads: new Map([['w', Float32Array.of(target)]]) }) };
      await assert.rejects(trainLoop(options({ session, trainable, optimizer: createAdamW({ trainable, weightDecay: () => 0 }) })), (error: { code?: string; details?: { update?: number; what?: string } }) =>
        error.code === 'NON_FINITE' && error.details?.update === 0 && error.details.what === what);
    });
  }

  it('names the weights when the update made them infinite', async () => {
    await assert.rejects(trainLoop(options({ learningRate: () => 1e39 })), (error: { code?: string; details?: { what?: string } }) => error.code === 'NON_FINITE' && error.details?.what === 'w');
  });

  it('learns the same from micro-batches of 1, 2 and 6 of a real session, dropout included', async function () {
    this.timeout(20_000);
    const losses: number[][] = [];
    for (const microBatch of [6, 2, 1]) {
      const setup = await tinySession({ microBatch });
      const trainable = tinyTrainable(setup);
      const session = await createTrainSession(setup);
      async function* pieces(): AsyncGenerator<LoadedPiece> {
        for await (const piece of windows([0, 1, 2].map(() => [0, 1, 2, 3, 4, 5]), microBatch)) {
          const { pixels, targets } = tinyInput(setup, piece.positions, trainable);
          yield { ...piece, pixels, targets: Float32Array.from(targets) };
        }
      }
      const run = options({ session, pieces: pieces(), trainable, optimizer: createAdamW({ trainable, weightDecay: () => 0.01 }), learningRate: () => 0.01, clipNorm: 1 });
      await trainLoop(run);
      await session.dispose();
      losses.push(run.reports.map((report) => report.loss));
    }
    assert.equal(new Set(losses[0]).size, 3, 'each update changed the model');
    assertClose(losses[1]!, losses[0]!, { rtol: 1e-5, atol: 0 }, 'losses of micro-batch 2');
    assertClose(losses[2]!, losses[0]!, { rtol: 1e-5, atol: 0 }, 'losses of micro-batch 1');
  });
});
