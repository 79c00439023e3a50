import { isDecayed, learningRateAt, plannedUpdates } from '@eyegazer/core';
import { createAdamW, createEvalSession, createTrainSession, trainLoop, type SessionOptions, type TrainableData } from '@eyegazer/engine';
import { loadBaseModel } from '@eyegazer/formats';
import { loadTrainableTensors } from '@eyegazer/model';
import { evaluationBatches, trainingBatches, type Batching } from './load-batches.js';
import { classCounts, cropSize, fieldSize, type LabelledImage, type Stage } from './planted-lesions.js';

export interface StageOptions {
  stage: Stage;
  /** Where the stage's model starts from; positions are interpolated to the stage's images. */
  folder: string;
  images: readonly LabelledImage[];
  unseen: readonly LabelledImage[];
  batch: number;
  epochs: number;
  learningRate: number;
  seed: number;
  log: (line: string) => void;
}

export interface TrainedStage {
  size: number;
  /** Every tensor of the model, and the stage's head. */
  trainable: TrainableData;
  /** Class of each unseen image. */
  answers: number[];
}

const reportEvery = 50;

/** Trains every weight on one stage's task. */
export async function trainStage({ stage, folder, images, unseen, batch, epochs, learningRate, seed, log }: StageOptions): Promise<TrainedStage> {
  const size = stage === 'crops' ? cropSize : fieldSize;
  const batching: Batching = { stage, size, batch };
  const options: SessionOptions = {
    model: await loadBaseModel(folder, { imageSize: size }),
    head: { kind: 'multiclass', numOutputs: classCounts[stage], loss: 'crossEntropy' },
    adaptation: { method: 'full' },
    microBatch: batch,
    engine: 'traced',
  };
  const trainable = new Map([...(await loadTrainableTensors(options.model, { ...options, seed }))].map(([name, { data }]) => [name, data]));
  const { total: updates } = plannedUpdates({ samples: images.length, effectiveBatch: batch, epochs });
  const session = await createTrainSession(options);
  let loss = 0;
  await trainLoop({
    session,
    pieces: trainingBatches(images, { ...batching, epochs, seed }),
    trainable,
    optimizer: createAdamW({ trainable, weightDecay: (name) => (isDecayed(name, null) ? 0.05 : 0) }),
    learningRate: (update) => learningRateAt(update, { schedule: 'cosine', learningRate, warmupRatio: 0.05, updates }),
    clipNorm: 1,
    seed,
    signal: new AbortController().signal,
    onUpdate: (report) => {
      loss += report.loss / reportEvery;
      if ((report.update + 1) % reportEvery !== 0) return;
      log(`${stage}: update ${report.update + 1} of ${updates}, loss ${loss.toFixed(3)}`);
      loss = 0;
    },
    isEvaluationDue: () => false,
    onEvaluate: async () => null,
  });
  await session.dispose();
  return { size, trainable, answers: await answer(unseen, { options, batching, trainable }) };
}

async function answer(images: readonly LabelledImage[], { options, batching, trainable }: { options: SessionOptions; batching: Batching; trainable: TrainableData }): Promise<number[]> {
  const session = await createEvalSession(options);
  const answers: number[] = [];
  const { numOutputs } = options.head;
  for (const { pixels, positions } of evaluationBatches(images, batching)) {
    const logits = await session.logits({ pixels, n: positions.length, trainable });
    for (let i = 0; i < positions.length; i++) {
      const row = logits.subarray(i * numOutputs, (i + 1) * numOutputs);
      answers.push(row.indexOf(Math.max(...row)));
    }
  }
  await session.dispose();
  return answers;
}
