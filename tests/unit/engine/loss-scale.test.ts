import assert from 'node:assert/strict';
import type { LoadedPiece } from '@eyegazer/core';
import { createAdamW, createLossScaledSession, trainLoop, type LossScale, type StepInput, type TrainSession, type UpdateReport } from '@eyegazer/engine';

interface FakeHalf {
  session: TrainSession;
  /** Scale of every step that was computed, overflows included. */
  scales: number[];
}

/** A session whose gradient is infinite above 65504, as float16's would be; 3 is what it would be without a scale. */
function halfSession({ gradient = 3, loss = 2 } = {}): FakeHalf {
  const scales: number[] = [];
  const session: TrainSession = {
    microBatch: 1,
    step: async ({ sampleWeights }: StepInput) => {
      const scale = sampleWeights[0]!;
      scales.push(scale);
      const value = gradient * scale;
      return { loss: loss * scale, logits: Float32Array.of(1), grads: new Map([['w', Float32Array.of(1 * scale, Math.abs(value) > 65_504 ? Infinity : value)]]) };
    },
    dispose: async () => {},
  };
  return { session, scales };
}

const input = (sampleWeight = 1): StepInput => ({ pixels: new Float32Array(), targets: [0], sampleWeights: [sampleWeight], dropout: { seed: 1, update: 0, sampleIds: [0] }, trainable: new Map() });
const stateOf = ({ lossScale }: TrainSession): LossScale => ({ ...lossScale! });

describe('dynamic loss scaling', () => {
  it('scales the loss up for the gradients and both back again', async () => {
    const { session, scales } = halfSession({ gradient: 0.5 });
    const scaled = createLossScaledSession(session);
    assert.deepEqual(await scaled.step(input(0.25)), { loss: 0.5, logits: Float32Array.of(1), grads: new Map([['w', Float32Array.of(0.25, 0.125)]]), overflows: 0 });
    assert.deepEqual(scales, [65_536 / 4]);
  });

  it('computes a micro-batch again at half the scale until its gradients are finite, and stays there', async () => {
    const { session, scales } = halfSession();
    const scaled = createLossScaledSession(session);
    const output = await scaled.step(input());
    assert.deepEqual([...output.grads.get('w')!], [1, 3]);
    assert.deepEqual([output.loss, output.overflows], [2, 2]);
    assert.deepEqual(scales, [65_536, 32_768, 16_384]);
    assert.deepEqual(stateOf(scaled), { scale: 16_384, goodSteps: 1 });
    assert.equal((await scaled.step(input())).overflows, 0);
  });

  it('doubles the scale after 2000 good steps in a row', async () => {
    const scaled = createLossScaledSession(halfSession().session, { scale: 8192, goodSteps: 1998 });
    await scaled.step(input());
    assert.deepEqual(stateOf(scaled), { scale: 8192, goodSteps: 1999 });
    await scaled.step(input());
    assert.deepEqual(stateOf(scaled), { scale: 16_384, goodSteps: 0 });
  });

  it('goes on from where a checkpoint left it as if it had never stopped', async () => {
    const uncut = createLossScaledSession(halfSession().session, { scale: 16_384, goodSteps: 1997 });
    for (let i = 0; i < 5; i++) await uncut.step(input());
    let state: LossScale = { scale: 16_384, goodSteps: 1997 };
    for (let i = 0; i < 5; i++) {
      const resumed = createLossScaledSession(halfSession().session, state);
      await resumed.step(input());
      state = stateOf(resumed);
    }
    assert.deepEqual(state, stateOf(uncut));
  });

  it('changes no state that it was given', async () => {
    const start = Object.freeze({ scale: 65_536, goodSteps: 7 });
    await createLossScaledSession(halfSession().session, start).step(input());
    assert.deepEqual(start, { scale: 65_536, goodSteps: 7 });
  });

  it('makes the updates that float32 would have made, and reports the scale and what was computed again', async () => {
    const half = await train(createLossScaledSession(halfSession().session));
    const full = await train(halfSession().session);
    assert.deepEqual(half.trainable, full.trainable);
    assert.deepEqual(half.reports.map(({ lossScale }) => lossScale), [{ scale: 16_384, overflows: 2 }, { scale: 16_384, overflows: 0 }]);
    assert.deepEqual(full.reports.map(({ lossScale }) => lossScale), [undefined, undefined]);
    assert.deepEqual(half.reports.map(({ loss, gradNorm }) => [loss, gradNorm]), full.reports.map(({ loss, gradNorm }) => [loss, gradNorm]));
  });

  it('ends as NON_FINITE before the optimizer sees anything when gradients overflow at a scale of 1, or the loss is not finite', async () => {
    for (const [options, what] of [[{ gradient: 1e6 }, 'gradient norm'], [{ gradient: Number.NaN }, 'gradient norm'], [{ loss: Number.NaN }, 'loss']] as const) {
      const { session, scales } = halfSession(options);
      const trainable = new Map([['w', Float32Array.of(1, 1)]]);
      await assert.rejects(train(createLossScaledSession(session), trainable), (error: Error & { code?: string; details?: { what?: string } }) => error.code === 'NON_FINITE' && error.details?.what === what);
      assert.deepEqual(trainable.get('w'), Float32Array.of(1, 1));
      assert.equal(scales.at(-1), what === 'loss' ? 65_536 : 1);
    }
  });
});

async function train(session: TrainSession, trainable = new Map([['w', Float32Array.of(1, 1)]])): Promise<{ trainable: Map<string, Float32Array>; reports: UpdateReport[] }> {
  async function* pieces(): AsyncGenerator<LoadedPiece> {
    for (const update of [0, 1]) yield { update, epoch: 0, positions: [0], windowSize: 1, sampleWeights: [1], endsWindow: true, pixels: new Float32Array(), targets: Float32Array.of(0) };
  }
  const reports: UpdateReport[] = [];
  await trainLoop({
    session, pieces: pieces(), trainable, optimizer: createAdamW({ trainable, weightDecay: () => 0 }), learningRate: () => 0.1, clipNorm: 1, seed: 1,
    signal: new AbortController().signal, onUpdate: (report) => reports.push(report), isEvaluationDue: () => false, onEvaluate: async () => null,
  });
  return { trainable, reports };
}
