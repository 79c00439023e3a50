import {
  AppError,
  deviceKindOf,
  numOutputsOf,
  plannedUpdates,
  resolveTask,
  splitWindow,
  type ArtifactStore,
  type DeviceKind,
  type EventData,
  type Precision,
  type ResolvedTask,
} from '@eyegazer/core';
import { loadDatasetVersion, type DatasetVersion } from '@eyegazer/data';
import { countTrainableParameters, loadBaseModel, type BaseModel } from '@eyegazer/formats';
import type { Adaptation, HeadSpec } from '@eyegazer/model';
import type { TrainerJob } from '../ipc/trainer-messages.js';
import { modelsFolder } from './cache-folders.js';
import { choosePrecision } from './choose-precision.js';
import { chooseStepSize } from './choose-step-size.js';
import { createAdaptation } from './create-adaptation.js';
import { createMemoryEstimate } from './estimate-bytes.js';
import { materializeModel } from './materialize-model.js';

const providerNames: Readonly<Record<DeviceKind, string>> = { cpu: 'the CPU', webgpu: 'WebGPU', cuda: 'CUDA' };

const precisionWords: Readonly<Record<Precision, string>> = { fp32: 'float32', fp16: 'float16', int8: 'frozen weights in 8 bits', int4: 'frozen weights in 4 bits' };

/** A job with everything it names at hand. */
export interface PreparedRun {
  model: BaseModel;
  version: DatasetVersion;
  task: ResolvedTask;
  head: HeadSpec;
  adaptation: Adaptation;
  plan: EventData<'plan'>;
}

export interface PrepareOptions {
  job: TrainerJob;
  store: ArtifactStore;
  /** Of the job's device. */
  freeBytes: number;
}

/**
 * Fetches model and dataset, checks that config, model and dataset fit, and plans.
 * @throws AppError NOT_FOUND, BAD_CONFIG, BAD_DATASET, BAD_MODEL, BAD_FILE, CORRUPT_ARTIFACT, UNSUPPORTED, OUT_OF_MEMORY
 */
export async function prepareRun({ job, store, freeBytes }: PrepareOptions): Promise<PreparedRun> {
  const { config } = job;
  const { training, adapter } = config;
  const [model, version] = await Promise.all([
    materializeModel({ files: job.model.files, store, folder: modelsFolder(job.home) }).then((dir) => loadBaseModel(dir, { imageSize: config.model.imageSize ?? undefined })),
    loadDatasetVersion({ contentId: job.dataset.contentId, store }),
  ]);
  const trainSamples = version.train.length;
  const evalSamples = version.eval.length;
  if (trainSamples === 0 || evalSamples === 0) {
    throw new AppError('BAD_DATASET', `Expected images to train on and held-out images, got ${trainSamples} and ${evalSamples}. Import the dataset with another split.`);
  }
  const { classNames } = version.header;
  const task = resolveTask(config.task, classNames.length);
  const numOutputs = numOutputsOf(task, classNames.length);
  const head: HeadSpec =
    task.kind === 'regression' ? { kind: 'regression', numOutputs, loss: task.loss } : { kind: task.kind, numOutputs, loss: 'crossEntropy' };
  const adaptation = createAdaptation(adapter);
  const effectiveBatch = Math.min(training.effectiveBatch, trainSamples);
  const device = deviceKindOf(job.device);
  const precision = choosePrecision(training.precision, job);
  const estimateBytes = createMemoryEstimate(model, { adaptation, head, precision, ema: training.ema !== null });
  const { microBatch, recompute } = chooseStepSize({ microBatch: training.microBatch, recompute: training.recompute, effectiveBatch, device, freeBytes, estimateBytes });
  const { perEpoch, total } = plannedUpdates({ samples: trainSamples, effectiveBatch: training.effectiveBatch, epochs: training.epochs });
  const plan: EventData<'plan'> = {
    deviceKey: job.deviceKey,
    deviceName: job.deviceName,
    engine: `traced, ONNX Runtime on ${providerNames[device]}, ${precisionWords[precision]}`,
    effectiveBatch: training.effectiveBatch,
    microBatch,
    pieces: splitWindow(effectiveBatch, microBatch),
    trainSamples,
    evalSamples,
    updatesPerEpoch: perEpoch,
    updates: total,
    trainableParameters: countTrainableParameters(model.config, adapter, numOutputs),
    estimatedBytes: estimateBytes(recompute, microBatch),
    adaptation: adapter.method,
    precision,
    recompute,
    device,
  };
  return { model, version, task, head, adaptation, plan };
}
