import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isEnded, numOutputsOf, plannedUpdates, resolveTask, type EventType, type ExperimentDetail, type ExperimentEvent } from '@eyegazer/core';
import { createAgent, offerDevice, type Agent } from '@eyegazer/worker';
import { endAll, usePlatform } from '../../fixtures/platform.js';
import { datasetRequest } from '../../fixtures/dataset-rows.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { slowestStoreStartMs, storeVariables } from '../../fixtures/test-store.js';
import { until } from '../../until.js';
import { createTinyWorld, tinyConfig, tinyViT, type TinyWorld } from './tiny-world.js';
import { findTrainers, isAlive, startWorkerProcess, type WorkerProcess } from './worker-process.js';

const endless = { training: { epochs: 5000 } };

/** A little less than the suite's own limit. */
const waitLimitMs = 55_000;

describe('worker', function () {
  this.timeout(60_000);
  const test = usePlatform();
  let world: TinyWorld;
  let agent: Agent | null = null;
  let worker: WorkerProcess | null = null;
  let datasetVersionId = '';
  let modelId = '';

  before(async function () {
    this.timeout(slowestStoreStartMs);
    world = await createTinyWorld();
    const { datasets, models, placer } = test.platform;
    const { id } = await datasets.create(datasetRequest('fundus'));
    await datasets.finish(id, world.dataset);
    datasetVersionId = (await datasets.resolveVersion('fundus')).versionId;
    const { hiddenSize, numHiddenLayers, numAttentionHeads, imageSize, patchSize } = tinyViT;
    const shape = { hiddenSize, numHiddenLayers, numAttentionHeads, imageSize, patchSize };
    modelId = (await models.create({ name: 'tiny-vit', source: '/models/tiny-vit', request: null, modelType: 'vit', parameterCount: 1, byteLength: 1, files: world.modelFiles, ...shape })).id;
    placer.start();
  });
  afterEach(async () => {
    await agent?.close();
    agent = null;
    if (worker?.child.exitCode === null && worker.child.signalCode === null) worker.child.kill('SIGKILL');
    await worker?.exited;
    worker = null;
    await endAll(test);
  });
  after(() => world.remove());

  async function startAgent(): Promise<void> {
    agent = await createAgent({
      platform: test.platform, home: world.home, store: world.storeAddress, version: '0', device: await offerDevice({ device: 'cpu', halfPrecision: false }), log: silentLog, threads: 1,
      heartbeatIntervalMs: 500, onFenced: () => undefined,
    });
  }
  async function startProcess(): Promise<WorkerProcess> {
    worker = await startWorkerProcess({ DATABASE_URL: test.url, REDIS_URL: test.redisUrl ?? '', EYEGAZER_HOME: world.home, ...storeVariables(world.storeAddress.settings) });
    return worker;
  }

  async function submit(changes: Record<string, unknown> = {}): Promise<string> {
    const config = tinyConfig(changes);
    const task = resolveTask(config.task, 5);
    const { perEpoch, total } = plannedUpdates({ samples: 60, effectiveBatch: 16, epochs: config.training.epochs });
    const plan = { trainSamples: 60, evalSamples: 20, updatesPerEpoch: perEpoch, updates: total, trainableParameters: 1, classNames: world.dataset.version.classNames, numOutputs: numOutputsOf(task, 5) };
    return (await test.platform.experiments.create({ name: 'tiny', config, task, plan, warnings: [], datasetVersionId, modelId })).id;
  }

  const untilEnded = (id: string): Promise<ExperimentDetail> =>
    until(async () => {
      const experiment = await test.platform.experiments.get(id);
      return isEnded(experiment.state) && experiment;
    }, waitLimitMs);
  const readEvents = (experimentId: string, types?: EventType[]): Promise<ExperimentEvent[]> =>
    test.platform.events.read({ experimentId, after: 0, limit: 100_000, ...(types ? { types } : {}) });
  /** Resolves once updates have been logged; answers the last one's number. */
  const untilTraining = (id: string): Promise<number> =>
    until(async () => {
      const last = (await readEvents(id, ['metrics'])).at(-1);
      return last?.type === 'metrics' && (last.data.updates.at(-1) ?? 0);
    }, waitLimitMs);

  it('runs an experiment to its bundle: states, events without gaps, series, artifacts', async () => {
    await startAgent();
    const id = await submit();
    const experiment = await untilEnded(id);
    assert.equal(experiment.state, 'succeeded', JSON.stringify(experiment.error));
    const events = await readEvents(id);
    assert.deepEqual(events.map(({ seq }) => seq), events.map((_, i) => i + 1));
    assert.deepEqual(events.flatMap(({ type, data }) => (type === 'state' ? [data.state] : [])), ['queued', 'placed', 'running', 'succeeded']);
    const running = events.findIndex(({ type, data }) => type === 'state' && data.state === 'running');
    assert.ok(events.findIndex(({ type }) => type === 'plan') < running);
    assert.ok(running < events.findIndex(({ type }) => type === 'metrics'));
    assert.equal(events.at(-1)?.type, 'state');

    const { series } = await test.platform.events.readSeries({ experimentId: id, names: null, maxPoints: 100 });
    assert.deepEqual(Object.keys(series).sort(), ['dataWaitSeconds', 'gradNorm', 'imagesPerSecond', 'learningRate', 'loss', 'stepSeconds']);
    assert.deepEqual(series['loss']?.map(({ from }) => from), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.equal(experiment.artifacts.length, 10);
    for (const { sha256, byteLength } of experiment.artifacts) assert.equal((await world.store.stat(sha256))?.byteLength, byteLength);
    assert.equal(experiment.attempts[0]?.state, 'succeeded');
    assert.equal(experiment.attempts[0]?.plan?.microBatch, 8);
    assert.equal(experiment.latest?.accuracy, experiment.evaluation?.metrics.accuracy);
  });

  it('runs two experiments one behind the other', async () => {
    const [first, second] = [await submit(), await submit({ training: { seed: 2 } })];
    await startAgent();
    const ends = await Promise.all([untilEnded(first), untilEnded(second)]);
    assert.deepEqual(ends.map(({ state }) => state), ['succeeded', 'succeeded']);
    assert.ok((ends[0].endedAt ?? '') <= (ends[1].startedAt ?? ''));
  });

  it('cancels a run at its next step', async () => {
    await startAgent();
    const id = await submit(endless);
    await untilTraining(id);
    const askedAt = performance.now();
    await test.platform.experiments.cancel(id);
    const experiment = await untilEnded(id);
    assert.ok(performance.now() - askedAt < 3000);
    assert.equal(experiment.state, 'cancelled');
    assert.equal(experiment.attempts[0]?.state, 'cancelled');
    assert.equal(experiment.artifacts.length, 0);
  });

  it('fails the attempt of a trainer that is killed, says why, and runs the next experiment', async () => {
    await startAgent();
    const id = await submit(endless);
    await untilTraining(id);
    for (const pid of findTrainers(process.pid)) process.kill(pid, 'SIGKILL');
    const experiment = await untilEnded(id);
    assert.equal(experiment.state, 'failed');
    assert.equal(experiment.error?.code, 'TRAINER_DIED');
    assert.match(experiment.error.message, /killed by SIGKILL/);
    assert.equal((await untilEnded(await submit())).state, 'succeeded');
  });

  it('gives its run back when it is told to end, within 8 s and without an orphan, and runs it anew when it is back', async () => {
    const first = await startProcess();
    const id = await submit({ training: { epochs: 100 }, evaluation: { every: 200 } });
    await untilTraining(id);
    const trainers = findTrainers(first.child.pid ?? 0);
    assert.ok(trainers.length >= 1);
    const toldAt = performance.now();
    first.child.kill('SIGTERM');
    assert.deepEqual(await first.exited, { code: 0, signal: null });
    assert.ok(performance.now() - toldAt < 8000);
    assert.ok(!trainers.some(isAlive));
    const between = await test.platform.experiments.get(id);
    assert.equal(between.state, 'queued');
    assert.equal(between.attempts[0]?.state, 'lost');

    await startProcess();
    const experiment = await untilEnded(id);
    assert.equal(experiment.state, 'succeeded');
    assert.deepEqual(experiment.attempts.map(({ number, state }) => [number, state]), [[1, 'lost'], [2, 'succeeded']]);
  });

  it('leaves no orphan when it is killed, and its run begins anew when it is back', async () => {
    const first = await startProcess();
    const id = await submit({ training: { epochs: 100 }, evaluation: { every: 200 } });
    await untilTraining(id);
    const trainers = findTrainers(first.child.pid ?? 0);
    first.child.kill('SIGKILL');
    await first.exited;
    const killedAt = performance.now();
    while (trainers.some(isAlive)) {
      assert.ok(performance.now() - killedAt < 2000, 'a trainer outlives its agent');
      await sleep(20);
    }
    await startProcess();
    const experiment = await untilEnded(id);
    assert.deepEqual(experiment.attempts.map(({ state }) => state), ['lost', 'succeeded']);
  });

  it('shows a collapse at the first evaluation', async () => {
    await startAgent();
    const id = await submit({ training: { learningRate: 1, warmupRatio: 0 } });
    const experiment = await untilEnded(id);
    assert.equal(experiment.state, 'succeeded');
    assert.equal(experiment.health.level, 'critical');
    assert.ok(experiment.health.findings.some(({ rule, update }) => rule.startsWith('C') && update === 4));
  });

  it('fails a run that is not finite with finding N1', async () => {
    await startAgent();
    const experiment = await untilEnded(await submit({ training: { learningRate: 1e38, warmupRatio: 0 } }));
    assert.equal(experiment.state, 'failed');
    assert.equal(experiment.error?.code, 'NON_FINITE');
    assert.deepEqual(experiment.health.findings.map(({ rule }) => rule), ['N1']);
  });

  it('trains binary and regression', async () => {
    await startAgent();
    for (const kind of ['binary', 'regression']) {
      const experiment = await untilEnded(await submit({ task: { kind } }));
      assert.equal(experiment.state, 'succeeded', JSON.stringify(experiment.error));
    }
  });
});
