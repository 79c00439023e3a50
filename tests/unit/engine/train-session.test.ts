import assert from 'node:assert/strict';
import { loraTargetModules } from '@eyegazer/core';
import { createEvalSession, createTrainSession, type SessionOptions, type StepOutput } from '@eyegazer/engine';
import { vitLinearPaths } from '@eyegazer/formats';
import { engine as tfjs } from '@tensorflow/tfjs-core';
import { assertClose } from '../../close.js';
import { needsEngine, testedEngines } from '../../tested-engines.js';
import { tinyInput, tinySession, tinyTrainable, type TinyOptions } from './tiny-model.js';

const windowSamples = [0, 1, 2, 3, 4, 5];
const heads: SessionOptions['head'][] = [
  { kind: 'multiclass', numOutputs: 3, loss: 'crossEntropy' },
  { kind: 'binary', numOutputs: 2, loss: 'crossEntropy' },
  { kind: 'regression', numOutputs: 1, loss: 'mse' },
  { kind: 'regression', numOutputs: 1, loss: 'smoothL1' },
];

/** Loss and gradients of the whole window, in pieces of the session's size. */
async function runWindow(options: TinyOptions, pieceSize: number): Promise<StepOutput> {
  const session = await createTrainSession(options);
  const trainable = tinyTrainable(options);
  const total: StepOutput = { loss: 0, logits: new Float32Array(), grads: new Map() };
  for (let start = 0; start < windowSamples.length; start += pieceSize) {
    const output = await session.step(tinyInput(options, windowSamples.slice(start, start + pieceSize), trainable));
    total.loss += output.loss;
    total.logits = Float32Array.from([...total.logits, ...output.logits]);
    for (const [name, grad] of output.grads) {
      const sum = total.grads.get(name) ?? new Float32Array(grad.length);
      total.grads.set(name, sum.map((value, i) => value + grad[i]!));
    }
  }
  await session.dispose();
  return total;
}

/** One element of each trainable tensor, moved to and fro. */
async function assertFiniteDifferences(options: TinyOptions): Promise<void> {
  const trainable = tinyTrainable(options);
  const session = await createTrainSession(options);
  const loss = async (): Promise<number> => (await session.step(tinyInput(options, [1, 4], trainable))).loss;
  const { grads } = await session.step(tinyInput(options, [1, 4], trainable));
  for (const [name, values] of trainable) {
    const i = name.length % values.length;
    const exact = values[i]!;
    const at = async (offset: number): Promise<number> => {
      values[i] = exact + offset;
      const value = await loss();
      values[i] = exact;
      return value;
    };
    const h = 0.01;
    const slope = (8 * ((await at(h)) - (await at(-h))) - ((await at(2 * h)) - (await at(-2 * h)))) / (12 * h);
    assertClose([grads.get(name)![i]!], [slope], { rtol: 1e-2, atol: 1e-4 }, `gradient of ${name}`);
  }
  await session.dispose();
}

describe('LoRA on some layers', () => {
  const subsets: [string, Partial<TinyOptions['adaptation']>][] = [
    ...loraTargetModules.map((target): [string, Partial<TinyOptions['adaptation']>] => [target, { targetModules: [`encoder.layer.0.${vitLinearPaths[target].classic}`, `encoder.layer.1.${vitLinearPaths[target].classic}`] }]),
    ['query and output.dense of the second layer, rsLoRA', { targetModules: ['query', 'output.dense'], layersToTransform: [1], useRslora: true, r: 3 }],
    ['key of the first layer', { targetModules: ['key'], layersToTransform: [0] }],
  ];
  for (const [what, changes] of subsets) {
    it(`${what}: gradients agree with finite differences`, async function () {
      this.timeout(20_000);
      const options = await tinySession();
      await assertFiniteDifferences({ ...options, adaptation: { ...options.adaptation, ...changes } });
    });
  }
});

for (const { options: engine, ...tested } of testedEngines) {
  describe(`training session, ${tested.title}`, () => {
    before(function () {
      needsEngine(this, { options: engine, ...tested });
    });

    for (const head of heads) {
      it(`${head.kind} ${head.loss}: gradients of the whole model agree with finite differences, dropout and weights included`, async function () {
        this.timeout(20_000);
        await assertFiniteDifferences(await tinySession({ head, ...engine }));
      });
    }

    it('adds micro-batches of 1, 2, 3 and a padded 4 up to the whole window', async () => {
      const whole = await runWindow(await tinySession({ ...engine, microBatch: 6 }), 6);
      for (const [microBatch, pieceSize] of [[1, 1], [2, 2], [3, 3], [4, 3]] as const) {
        const split = await runWindow(await tinySession({ ...engine, microBatch }), pieceSize);
        assertClose([split.loss], [whole.loss], { rtol: 1e-6, atol: 1e-6 }, 'loss');
        assertClose(split.logits, whole.logits, { rtol: 1e-5, atol: 1e-6 }, 'logits');
        for (const [name, grad] of split.grads) assertClose(grad, whole.grads.get(name)!, { rtol: 1e-4, atol: 1e-6 }, `gradient of ${name}`);
      }
    });

    it('gives the same bits again, in the same session and in a new one', async () => {
      const options = await tinySession(engine);
      const trainable = tinyTrainable(options);
      const input = tinyInput(options, [0, 1, 2], trainable);
      const session = await createTrainSession(options);
      const first = await session.step(input);
      const second = await session.step(input);
      await session.dispose();
      const fresh = await createTrainSession(options);
      const third = await fresh.step(input);
      await fresh.dispose();
      assert.deepEqual(second, first);
      assert.deepEqual(third, first);
    });

    it('drops other elements in another update, and none in an evaluation', async () => {
      const options = await tinySession(engine);
      const trainable = tinyTrainable(options);
      const input = tinyInput(options, [0, 1, 2], trainable);
      const session = await createTrainSession(options);
      const one = await session.step(input);
      const other = await session.step({ ...input, dropout: { ...input.dropout!, update: 5 } });
      assert.notDeepEqual(other.logits, one.logits);
      await session.dispose();
      const evaluation = await createEvalSession(options);
      const logits = await evaluation.logits({ pixels: input.pixels, n: 3, trainable });
      await evaluation.dispose();
      const undropped = await createTrainSession({ ...options, adaptation: { ...options.adaptation, loraDropout: 0 } });
      assertClose(logits, (await undropped.step(input)).logits, { rtol: 1e-5, atol: 1e-6 }, 'logits');
      await undropped.dispose();
    });

    it('gives back every tensor', async () => {
      const options = await tinySession(engine);
      const trainable = tinyTrainable(options);
      const before = tfjs().state.numTensors;
      const session = await createTrainSession(options);
      const held = tfjs().state.numTensors;
      await session.step(tinyInput(options, [0, 1], trainable));
      assert.equal(tfjs().state.numTensors, held);
      await session.dispose();
      assert.equal(tfjs().state.numTensors, before);
    });

    it('names the input that does not fit', async () => {
      const options = await tinySession(engine);
      const trainable = tinyTrainable(options);
      const input = tinyInput(options, [0, 1], trainable);
      const session = await createTrainSession(options);
      const refuses = async (broken: Partial<typeof input>, message: RegExp): Promise<void> =>
        assert.rejects(session.step({ ...input, ...broken }), { name: 'AppError', code: 'INTERNAL', message });
      await refuses({ targets: [0, 1, 2, 0] }, /targets to hold 1 to 3 values, got 4/);
      await refuses({ sampleWeights: [1] }, /sampleWeights to hold 2 values, got 1/);
      await refuses({ pixels: new Float32Array(5) }, /pixels to hold 1536 values, got 5/);
      await refuses({ dropout: null }, /dropout keys/);
      await refuses({ trainable: new Map() }, /trainable values for "base_model/);
      await session.dispose();
    });
  });
}

describe('the two engines', () => {
  it('agree on loss, logits and every gradient, dropout included', async () => {
    const [traced, eager] = await Promise.all([runWindow(await tinySession({ engine: 'traced' }), 3), runWindow(await tinySession({ engine: 'eager' }), 3)]);
    assertClose([traced.loss], [eager.loss], { rtol: 1e-5, atol: 1e-6 }, 'loss');
    assertClose(traced.logits, eager.logits, { rtol: 1e-4, atol: 1e-5 }, 'logits');
    for (const [name, grad] of traced.grads) assertClose(grad, eager.grads.get(name)!, { rtol: 1e-3, atol: 2e-6 }, `gradient of ${name}`);
  });
});
