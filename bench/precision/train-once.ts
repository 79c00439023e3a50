import { evaluationPieces, isDecayed, learningRateAt, targetOf, taskLoss, trainingPieces, type Precision } from '@eyegazer/core';
import { createLoader } from '@eyegazer/data';
import { createAdamW, createEvalSession, createTrainSession, trainLoop, type SessionOptions } from '@eyegazer/engine';
import { createTrainableTensors, type Adaptation, type HeadSpec } from '@eyegazer/model';
import type { AptosSample } from './aptos-sample.js';

export interface TrainedOnce {
  precision: Precision;
  seed: number;
  /** Mean cross-entropy of the held-out images after the last update. */
  evalLoss: number;
  accuracy: number;
  /** Class of each held-out image. */
  predictions: number[];
  imagesPerSecond: number;
}

const effectiveBatch = 32;
const microBatch = 16;
const head: HeadSpec = { kind: 'multiclass', numOutputs: 5, loss: 'crossEntropy' };
const adaptation: Extract<Adaptation, { method: 'lora' }> = {
  method: 'lora', r: 16, loraAlpha: 16, loraDropout: 0.1, targetModules: ['query', 'value'], useRslora: false, layersToTransform: null,
};
const recipe = { schedule: 'linear', learningRate: 1e-3, warmupRatio: 0.1, weightDecay: 0.01, clipNorm: 1 } as const;

/** One training run and the evaluation of what it ends with, both in the given precision. */
export async function trainOnce({ model, version, task }: AptosSample, { precision, seed, epochs }: { precision: Precision; seed: number; epochs: number }): Promise<TrainedOnce> {
  const options: SessionOptions = { model, head, adaptation, microBatch, engine: 'traced', precision };
  const tensors = createTrainableTensors(model.config, { adaptation, head, seed });
  const trainable = new Map([...tensors].map(([name, { data }]) => [name, data]));
  const updates = epochs * Math.ceil(version.train.length / effectiveBatch);
  const shape = { version, task, imageSize: model.config.imageSize, preprocessor: model.preprocessor, seed };

  const training = await createTrainSession(options);
  const labels = version.train.map(({ label }) => targetOf(task, label ?? Number.NaN));
  const pieces = trainingPieces({ sampleCount: version.train.length, labels, effectiveBatch, microBatch, epochs, seed, sampler: 'shuffle' });
  let computingMs = 0;
  await trainLoop({
    session: training,
    pieces: createLoader({ ...shape, split: 'train', pieces, augment: 'standard' }),
    trainable,
    optimizer: createAdamW({ trainable, weightDecay: (name) => (isDecayed(name, null) ? recipe.weightDecay : 0) }),
    learningRate: (update) => learningRateAt(update, { ...recipe, updates }),
    clipNorm: recipe.clipNorm,
    seed,
    signal: new AbortController().signal,
    onUpdate: ({ stepMs }) => (computingMs += stepMs),
    isEvaluationDue: () => false,
    onEvaluate: async () => null,
  });
  await training.dispose();

  const evaluating = await createEvalSession(options);
  const rows: Float32Array[] = [];
  const held = createLoader({ ...shape, split: 'eval', pieces: evaluationPieces({ sampleCount: version.eval.length, microBatch }), augment: 'none' });
  for await (const { pixels, positions } of held) {
    const logits = await evaluating.logits({ pixels, n: positions.length, trainable });
    for (let i = 0; i < positions.length; i++) rows.push(logits.slice(i * head.numOutputs, (i + 1) * head.numOutputs));
  }
  await evaluating.dispose();

  const truth = version.eval.map(({ label }) => label ?? Number.NaN);
  const predictions = rows.map((row) => row.indexOf(Math.max(...row)));
  const right = predictions.filter((prediction, i) => prediction === truth[i]).length;
  return {
    precision, seed, predictions,
    evalLoss: taskLoss(task, rows, truth) ?? Number.NaN,
    accuracy: right / truth.length,
    imagesPerSecond: (epochs * version.train.length * 1000) / computingMs,
  };
}
