/** A small run with everything that a checkpoint must not lose: LoRA dropout, EMA, a balanced sampler, class weights, augmentation, partial windows. */
import { learningRateAt, plannedUpdates, resolveClassWeights, trainingPieces } from '@eyegazer/core';
import { createFundusDataset, createLoader, loadDatasetVersion, type DatasetVersion } from '@eyegazer/data';
import {
  createAdamW, createEma, createTrainSession, readTrainingState, trainLoop, writeTrainingState,
  type SessionOptions, type TrainingIdentity, type TrainingState,
} from '@eyegazer/engine';
import { loadTrainableTensors, trainableShapes, type Adaptation, type HeadSpec } from '@eyegazer/model';
import { createTemporaryStore } from '../data/temporary-store.js';
import { tinySession } from './tiny-model.js';

export interface SmallRun {
  updates: number;
  identity: TrainingIdentity;
  shapes: ReadonlyMap<string, readonly number[]>;
  /** Trains from the start, or from a state's bytes. @returns the state after each update, as bytes, and what each update reported */
  train: (from?: Uint8Array) => Promise<{ states: Uint8Array[]; reports: number[][] }>;
  dispose: () => void;
}

const head: HeadSpec = { kind: 'multiclass', numOutputs: 5, loss: 'crossEntropy' };
const seed = 7;
const epochs = 2;
const effectiveBatch = 10;
const microBatch = 4;

export async function createSmallRun(overrides: { adaptation?: Adaptation } & Partial<Pick<SessionOptions, 'engine' | 'eagerBackend'>> = {}): Promise<SmallRun> {
  const { engine = 'traced', eagerBackend } = overrides;
  const { model, adaptation: lora } = await tinySession();
  const adaptation = overrides.adaptation ?? lora;
  const store = createTemporaryStore();
  const { version: { contentId } } = await createFundusDataset({ store, classCounts: [9, 5, 5, 5, 5], width: 32 });
  const version = await loadDatasetVersion({ contentId, store });
  const labels = version.train.map(({ label }) => label ?? Number.NaN);
  const updates = plannedUpdates({ samples: labels.length, effectiveBatch, epochs }).total;
  const identity: TrainingIdentity = { base: 'golden', adaptation, head, seed, run: { dataset: contentId, effectiveBatch, microBatch } };
  const shapes = trainableShapes({ config: model.config, adaptation, head });

  const train: SmallRun['train'] = async (from) => {
    const state: TrainingState | null = from === undefined ? null : readTrainingState(from, { identity, shapes });
    const trainable = state?.trainable ?? new Map([...(await loadTrainableTensors(model, { adaptation, head, seed }))].map(([name, { data }]) => [name, data]));
    const optimizer = createAdamW({ trainable, weightDecay: () => 0.01, ...(state && { state: state.optimizer }) });
    const ema = createEma({ trainable, decay: 0.9, ...(state?.ema && { state: state.ema }) });
    const session = await createTrainSession({ model, head, adaptation, microBatch, engine, ...(eagerBackend && { eagerBackend }) });
    const states: Uint8Array[] = [];
    const reports: number[][] = [];
    await trainLoop({
      session, trainable, optimizer, ema, seed, clipNorm: 1, signal: new AbortController().signal,
      pieces: loadPieces(version, { labels, startUpdate: state?.updates ?? 0 }),
      learningRate: (update) => learningRateAt(update, { schedule: 'linear', learningRate: 0.01, warmupRatio: 0.1, updates }),
      onUpdate: ({ update, loss, gradNorm, lr, images }) => {
        reports.push([update, loss, gradNorm, lr, images]);
        states.push(writeTrainingState({ updates: update + 1, trainable, optimizer: optimizer.state, ema: ema.state, lossScale: null }, identity));
      },
      isEvaluationDue: () => false,
      onEvaluate: async () => null,
    });
    await session.dispose();
    return { states, reports };
  };
  return { updates, identity, shapes, train, dispose: () => store.dispose() };
}

function loadPieces(version: DatasetVersion, { labels, startUpdate }: { labels: number[]; startUpdate: number }) {
  return createLoader({
    version,
    split: 'train',
    pieces: trainingPieces({
      sampleCount: labels.length, labels, effectiveBatch, microBatch, epochs, seed, sampler: 'balanced', startUpdate,
      classWeights: resolveClassWeights({ setting: [1, 2, 0.5, 1, 3], classCount: 5, targets: labels }),
    }),
    task: { kind: 'multiclass', loss: 'crossEntropy' },
    imageSize: 16,
    preprocessor: {
      size: { width: 16, height: 16 }, centerCropFrom: null, resample: 'bilinear', doRescale: true, rescaleFactor: 1 / 255, doNormalize: true,
      imageMean: [0.5, 0.5, 0.5], imageStd: [0.5, 0.5, 0.5],
    },
    augment: 'standard',
    seed,
  });
}
