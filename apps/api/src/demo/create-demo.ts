import { AppError, parseExperimentConfig, type DatasetWire, type DemoAnswer, type ExperimentState, type Logger } from '@eyegazer/core';
import type { Platform } from '@eyegazer/platform';
import type { DatasetImports } from '../imports/dataset-imports.js';
import type { ModelImports } from '../services/model-imports.js';
import type { SubmitService } from '../services/submit-service.js';
import { demoConfig, demoDataset, demoModel, demoTag } from './demo-config.js';

export interface Demo {
  /** Makes what of the demo is not there yet; what must wait for the dataset is made when that is ready. */
  start(): Promise<DemoAnswer>;
}

export interface DemoOptions {
  platform: Pick<Platform, 'datasets' | 'models' | 'experiments'>;
  imports: DatasetImports;
  models: ModelImports;
  submit: SubmitService;
  log: Logger;
}

/** A demo experiment in one of these states is the one to show. */
const standing: ExperimentState[] = ['queued', 'placed', 'running', 'paused', 'succeeded', 'stopped'];

/** The demo: a procedural dataset, the small ViT that comes with Eyegazer, and an experiment that trains on them. */
export function createDemo({ platform, imports, models, submit, log }: DemoOptions): Demo {
  let last: Promise<unknown> = Promise.resolve();

  async function ensureDataset(): Promise<DatasetWire> {
    const known = await platform.datasets.get(demoDataset.name).catch(nullIfMissing);
    if (known && known.state !== 'failed') return known;
    return imports.startFundus(demoDataset);
  }

  async function ensureModel(): Promise<string> {
    const known = await platform.models.get(demoModel.name).catch(nullIfMissing);
    if (known) return known.id;
    return (await models.addOwn({ ...demoModel, source: 'built in, trained on drawn images' })).id;
  }

  async function ensureExperiment(): Promise<string> {
    const { items } = await platform.experiments.list({ limit: 1, tag: demoTag, states: standing });
    const known = items[0]?.id;
    if (known !== undefined) return known;
    const { id } = await submit.submit(parseExperimentConfig(demoConfig));
    if (id === null) throw new AppError('INTERNAL', 'A submitted experiment has no id.');
    return id;
  }

  async function advance(): Promise<DemoAnswer> {
    const dataset = await ensureDataset();
    const modelId = await ensureModel();
    if (dataset.state === 'ready') return { datasetId: dataset.id, modelId, experimentId: await ensureExperiment() };
    return { datasetId: dataset.id, modelId, experimentId: null };
  }

  async function finish(datasetId: string): Promise<void> {
    await imports.whenEnded(datasetId);
    if ((await platform.datasets.get(datasetId)).state === 'ready') await inTurn(advance);
  }

  /** One at a time: two presses make one demo. */
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = last.then(task, task);
    last = mine.catch(() => undefined);
    return mine;
  }

  return {
    async start() {
      const answer = await inTurn(advance);
      if (answer.experimentId === null) {
        finish(answer.datasetId).catch((error: unknown) => log.error({ error: String(error) }, 'the demo could not be submitted'));
      }
      return answer;
    },
  };
}

function nullIfMissing(error: unknown): null {
  if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
  throw error;
}
