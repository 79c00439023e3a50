import {
  AppError,
  numOutputsOf,
  plannedUpdates,
  preflight,
  resolveClassWeights,
  resolveTask,
  totalOf,
  type ExperimentConfig,
  type Logger,
  type ResolvedTask,
  type SubmitAnswer,
  type SubmitPlan,
} from '@eyegazer/core';
import { checkImageSize, countTrainableParameters } from '@eyegazer/formats';
import type { DatasetVersionRef, Platform } from '@eyegazer/platform';
import type { InspectedModel, ModelImports } from './model-imports.js';

export interface SubmitService {
  /** What an experiment would be; stores nothing. @throws AppError BAD_CONFIG, BAD_DATASET, UNSUPPORTED, and what a model folder's check throws */
  dryRun(config: ExperimentConfig): Promise<SubmitAnswer>;
  /** Stores the experiment, queued. The same idempotency key with the same config answers the one that is there. @throws AppError as `dryRun`, CONFLICT */
  submit(config: ExperimentConfig, idempotencyKey?: string): Promise<SubmitAnswer>;
}

interface Prepared {
  task: ResolvedTask;
  dataset: DatasetVersionRef;
  model: InspectedModel;
  answer: SubmitAnswer;
}

/** From a parsed config to a stored experiment: everything it names is pinned, every default that depends on data is filled in. */
export function createSubmitService(options: { platform: Pick<Platform, 'datasets' | 'experiments'>; models: ModelImports; log: Logger }): SubmitService {
  const { datasets, experiments } = options.platform;

  async function prepare(given: ExperimentConfig): Promise<Prepared> {
    const dataset = await datasets.resolveVersion(given.dataset).catch((error: unknown) => {
      throw atPath(error, 'dataset', `expected an imported dataset, got ${JSON.stringify(given.dataset)}. Import it first, or check its name`);
    });
    const model = await options.models.inspect(given.model.base).catch((error: unknown) => {
      throw atPath(error, 'model.base', `expected an imported base model or the absolute path of a folder, got ${JSON.stringify(given.model.base)}. Import it first, or check its name`);
    });
    const task = resolveTask(given.task, dataset.classNames.length);
    checkImageSize(model.config, given.model.imageSize ?? model.config.imageSize);
    // The weights themselves are the trainer's business; here they must only fit the task.
    resolveClassWeights({ setting: given.training.classWeights, classCount: numOutputsOf(task, dataset.classNames.length), targets: [] });
    const plan = createPlan(given, { dataset, model, task });
    const name = given.name ?? `${dataset.name} / ${model.name.slice(model.name.lastIndexOf('/') + 1)} / ${describeTask(task, dataset.classNames.length)}`;
    const config: ExperimentConfig = {
      ...given,
      name,
      dataset: `${dataset.name}@${dataset.version}`,
      task,
      model: { base: model.name, imageSize: given.model.imageSize ?? model.config.imageSize },
    };
    const facts = { config, task, updates: plan.updates, trainCounts: dataset.counts.train, classNames: dataset.classNames, ordinal: dataset.ordinal, evalSamples: plan.evalSamples, findings: dataset.findings, probe: dataset.probe };
    return { task, dataset, model, answer: { id: null, name, config, warnings: preflight(facts), plan } };
  }

  return {
    async dryRun(config) {
      return (await prepare(config)).answer;
    },
    async submit(given, idempotencyKey) {
      const { task, dataset, model, answer } = await prepare(given);
      const { id: modelId } = await model.store();
      const { name, config, plan, warnings } = answer;
      const key = idempotencyKey === undefined ? {} : { idempotencyKey };
      const { id, created } = await experiments.create({ name, config, task, plan, warnings, datasetVersionId: dataset.versionId, modelId, ...key });
      if (created) {
        const { dataset: datasetName } = config;
        options.log.info({ experimentId: id, dataset: datasetName, model: model.name, task: task.kind, updates: plan.updates, warnings: warnings.length }, `Submitted: "${name}"`);
      }
      return { ...answer, id };
    },
  };
}

/** @throws AppError BAD_DATASET when there is nothing to train on or to evaluate with */
function createPlan(config: ExperimentConfig, { dataset, model, task }: { dataset: DatasetVersionRef; model: InspectedModel; task: ResolvedTask }): SubmitPlan {
  const trainSamples = totalOf(dataset.counts.train);
  const evalSamples = totalOf(dataset.counts.eval);
  if (trainSamples === 0 || evalSamples === 0) {
    throw new AppError('BAD_DATASET', `Expected images to train on and images held out, got ${trainSamples} and ${evalSamples}. Import the dataset with another split.`, { path: 'dataset' });
  }
  const { epochs, effectiveBatch } = config.training;
  const { perEpoch, total } = plannedUpdates({ samples: trainSamples, effectiveBatch, epochs });
  const numOutputs = numOutputsOf(task, dataset.classNames.length);
  return {
    trainSamples,
    evalSamples,
    updatesPerEpoch: perEpoch,
    updates: total,
    trainableParameters: countTrainableParameters({ ...model.config, imageSize: config.model.imageSize ?? model.config.imageSize }, config.adapter, numOutputs),
    classNames: dataset.classNames,
    numOutputs,
  };
}

function describeTask(task: ResolvedTask, classCount: number): string {
  return task.kind === 'multiclass' ? `${classCount}-class` : task.kind;
}

/** A name in a config that means nothing is a fault of the config, not a missing page. */
function atPath(error: unknown, path: string, message: string): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.code === 'NOT_FOUND') return new AppError('BAD_CONFIG', `${path}: ${message}.`, { path, cause: error });
  return new AppError(error.code, error.message, { path: error.path ?? path, cause: error, ...(error.details ? { details: error.details } : {}) });
}
