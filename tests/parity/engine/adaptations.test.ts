import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDecayed, trainingPieces, type LoadedPiece } from '@eyegazer/core';
import { createAdamW, createEma, createTrainSession, trainLoop, type UpdateReport } from '@eyegazer/engine';
import { classifierTensorNames } from '@eyegazer/formats';
import { countTokens, loadTrainableTensors, traceLogits, traceTrainStep, type Adaptation, type Graph, type HeadSpec } from '@eyegazer/model';
import { assertClose } from '../../close.js';
import { needsEngine, testedEngines } from '../../tested-engines.js';
import { flatten, goldenFolder, goldenPixels, loadModelWithoutPreprocessor } from './golden.js';

interface Case {
  method: 'full' | 'head';
  outputs: number;
  labels: number[];
  loss_kind: 'crossEntropy' | 'smoothL1';
  classWeights: number[] | null;
  head: { weight: number[][]; bias: number[] };
  logits: number[][];
  loss: number[];
  gradNorm: number[];
  grads: Record<string, number[]>;
  after: Record<string, number[]>;
  averaged: Record<string, number[]>;
}

/** Made by tests/fixtures/scripts/make-adaptations.py. */
const reference = JSON.parse(readFileSync(join(goldenFolder, '../adaptations.json'), 'utf8')) as {
  learningRate: number; weightDecay: number; eps: number; clipNorm: number; emaDecay: number; cases: Record<string, Case>;
};
const epochs = 3;
const nameHere = (name: string): string => ({ 'classifier.weight': classifierTensorNames.weight, 'classifier.bias': classifierTensorNames.bias })[name] ?? name;

for (const engine of testedEngines) {
  describe(`three AdamW steps of PyTorch in float64, ${engine.title}`, () => {
    before(function () {
      needsEngine(this, engine);
    });

    for (const [name, expected] of Object.entries(reference.cases)) {
      it(`${name}: loss, logits, every gradient, every parameter and its average`, async () => {
        const model = await loadModelWithoutPreprocessor(join(goldenFolder, 'base'));
        const adaptation: Adaptation = { method: expected.method };
        const head: HeadSpec = expected.loss_kind === 'crossEntropy' ? { kind: 'multiclass', numOutputs: expected.outputs, loss: 'crossEntropy' } : { kind: 'regression', numOutputs: expected.outputs, loss: expected.loss_kind };
        const tensors = await loadTrainableTensors(model, { adaptation, head, seed: 1 });
        const trainable = new Map([...tensors].map(([name, { data }]) => [name, data]));
        trainable.get(classifierTensorNames.weight)!.set(flatten(expected.head.weight));
        trainable.get(classifierTensorNames.bias)!.set(expected.head.bias);
        assert.deepEqual([...trainable.keys()].sort(), Object.keys(expected.grads).map(nameHere).sort());

        const optimizer = createAdamW({ trainable, eps: reference.eps, weightDecay: (name) => (isDecayed(name) ? reference.weightDecay : 0) });
        const ema = createEma({ trainable, decay: reference.emaDecay });
        const whole = await createTrainSession({ model, head, adaptation, microBatch: 4, ...engine.options });
        const first = await whole.step({ pixels: goldenPixels, targets: expected.labels, sampleWeights: weigh(expected), dropout: null, trainable });
        await whole.dispose();
        assertClose(first.logits, flatten(expected.logits), { rtol: 1e-5, atol: 1e-5 }, 'logits');
        for (const [name, grad] of Object.entries(expected.grads)) assertClose(first.grads.get(nameHere(name))!, grad, { rtol: 1e-4, atol: 5e-6 }, `gradient of ${name}`);

        const session = await createTrainSession({ model, head, adaptation, microBatch: 3, ...engine.options });
        const reports: UpdateReport[] = [];
        await trainLoop({
          session, trainable, optimizer, ema, pieces: pieces(expected), learningRate: () => reference.learningRate, clipNorm: reference.clipNorm, seed: 1,
          signal: new AbortController().signal, onUpdate: (report) => reports.push(report), isEvaluationDue: () => false, onEvaluate: async () => null,
        });
        await session.dispose();
        assertClose(reports.map(({ loss }) => loss), expected.loss, { rtol: 1e-4, atol: 0 }, 'losses');
        assertClose(reports.map(({ gradNorm }) => gradNorm), expected.gradNorm, { rtol: 1e-3, atol: 0 }, 'gradient norms');
        for (const name of Object.keys(expected.after)) {
          assertClose(trainable.get(nameHere(name))!, expected.after[name]!, { rtol: 1e-4, atol: 2e-5 }, `${name} after the last step`);
          assertClose(ema.values.get(nameHere(name))!, expected.averaged[name]!, { rtol: 1e-4, atol: 2e-5 }, `average of ${name}`);
        }
      });
    }
  });
}

describe('the graph of a step that trains the head alone', () => {
  it('has one product more than the forward pass, for the head, and nothing else of a backward pass', async () => {
    const { config } = await loadModelWithoutPreprocessor(join(goldenFolder, 'base'));
    const spec = { config, adaptation: { method: 'head' }, head: { kind: 'multiclass', numOutputs: 3, loss: 'crossEntropy' }, batch: 2 } as const;
    const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
    const products = (graph: Graph): number => graph.nodes.filter(({ opType }) => /Gemm|MatMul/.test(opType)).length;
    const step = traceTrainStep(spec);
    assert.equal(products(step), products(traceLogits(spec)) + 1);
    const ofAllTokens = ({ nodes, values }: Graph): number => nodes.filter(({ outputs }) => outputs.some((id) => sizeOf(values[id]!.shape) >= countTokens(config) * spec.batch * config.hiddenSize)).length;
    const forward = ofAllTokens(traceLogits(spec));
    assert.ok(forward > 10);
    assert.equal(ofAllTokens(step), forward);
  });
});

/** The four images, in their order, as one window of each epoch. */
async function* pieces({ labels, classWeights }: Case): AsyncGenerator<LoadedPiece> {
  const perSample = goldenPixels.length / labels.length;
  for (const piece of trainingPieces({ sampleCount: labels.length, labels, effectiveBatch: labels.length, microBatch: 3, epochs, seed: 1, sampler: 'shuffle', classWeights })) {
    const pixels = new Float32Array(piece.positions.length * perSample);
    piece.positions.forEach((position, i) => pixels.set(goldenPixels.subarray(position * perSample, (position + 1) * perSample), i * perSample));
    yield { ...piece, pixels, targets: Float32Array.from(piece.positions, (position) => labels[position]!) };
  }
}

function weigh({ labels, classWeights }: Case): number[] {
  const weights = labels.map((label) => classWeights?.[label] ?? 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
