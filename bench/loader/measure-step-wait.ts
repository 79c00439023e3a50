import { trainingPieces, type AugmentPresetName } from '@eyegazer/core';
import { createLoader, type DatasetVersion } from '@eyegazer/data';
import { createAdamW, createTrainSession, trainLoop } from '@eyegazer/engine';
import { createTrainableTensors } from '@eyegazer/model';
import { openBenchModel } from '../step/bench-model.js';
import { adaptation, head } from '../step/create-input.js';
import { preprocessor } from './preprocessor.js';

/** Means over the updates after the first few. */
export interface StepWait {
  stepMs: number;
  waitMs: number;
}

const updates = 30;
const warmUp = 4;
const batch = 8;

/** Trains DeiT-tiny on the CPU as a worker does, with one loader thread beside the step, and says how long an update waits for its images. */
export async function measureStepWait({ version, preset, cacheFolder }: { version: DatasetVersion; preset: AugmentPresetName; cacheFolder?: string }): Promise<StepWait> {
  const { model, dispose } = await openBenchModel('deit-tiny');
  const session = await createTrainSession({ model, head, adaptation, microBatch: batch, engine: 'traced' });
  const tensors = createTrainableTensors(model.config, { adaptation, head, seed: 1 });
  const trainable = new Map([...tensors].map(([name, { data }]) => [name, data]));
  const sampleCount = version.train.length;
  const labels = version.train.map(({ label }) => label ?? 0);
  const loader = createLoader({
    version, split: 'train', task: { kind: 'multiclass', loss: 'crossEntropy' }, imageSize: 224, preprocessor, augment: preset, seed: 1, memoryBytes: 0,
    pieces: firstOf(updates, trainingPieces({ sampleCount, labels, effectiveBatch: batch, microBatch: batch, epochs: updates, seed: 1, sampler: 'shuffle' })),
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
  });
  const reports: StepWait[] = [];
  await trainLoop({
    session, pieces: loader, trainable, seed: 1, clipNorm: 1, signal: new AbortController().signal,
    optimizer: createAdamW({ trainable, weightDecay: () => 0.01 }),
    learningRate: () => 1e-4,
    onUpdate: ({ stepMs, dataWaitMs }) => reports.push({ stepMs, waitMs: dataWaitMs }),
    isEvaluationDue: () => false,
    onEvaluate: async () => null,
  });
  await session.dispose();
  dispose();
  const counted = reports.slice(warmUp);
  return { stepMs: mean(counted.map(({ stepMs }) => stepMs)), waitMs: mean(counted.map(({ waitMs }) => waitMs)) };
}

function* firstOf<T>(count: number, items: Iterable<T>): Iterable<T> {
  let given = 0;
  for (const item of items) {
    if (given++ === count) return;
    yield item;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
