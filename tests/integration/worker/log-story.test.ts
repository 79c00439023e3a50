import assert from 'node:assert/strict';
import { datasetRequest } from '../../fixtures/dataset-rows.js';
import { randomUUID } from 'node:crypto';
import { isEnded, type ExperimentDetail } from '@eyegazer/core';
import type { LogLine } from '../../fixtures/collecting-log.js';
import { usePlatform } from '../../fixtures/platform.js';
import { slowestStoreStartMs, storeVariables } from '../../fixtures/test-store.js';
import { until } from '../../until.js';
import { startApiProcess, type ApiProcess } from '../api/api-process.js';
import { createTinyWorld, tinyViT, type TinyWorld } from './tiny-world.js';
import { startWorkerProcess, type WorkerProcess } from './worker-process.js';

const waitLimitMs = 55_000;
const config = { dataset: 'fundus', model: { base: 'tiny-vit' }, adapter: { r: 4, alpha: 8 }, training: { epochs: 2, effectiveBatch: 16, microBatch: 8, learningRate: 5e-3, seed: 1 } };

describe('the logs of all processes', function () {
  this.timeout(120_000);
  const test = usePlatform();
  let world: TinyWorld;
  let api: ApiProcess;
  let url = '';
  let workers: WorkerProcess[] = [];
  let workerOutput = '';

  before(async function () {
    this.timeout(slowestStoreStartMs);
    world = await createTinyWorld();
    const { datasets, models } = test.platform;
    const { id } = await datasets.create(datasetRequest('fundus'));
    await datasets.finish(id, world.dataset);
    const { hiddenSize, numHiddenLayers, numAttentionHeads, imageSize, patchSize } = tinyViT;
    await models.create({ name: 'tiny-vit', source: '/models/tiny-vit', request: null, modelType: 'vit', parameterCount: 1, byteLength: 1, files: world.modelFiles, hiddenSize, numHiddenLayers, numAttentionHeads, imageSize, patchSize });
    api = startApiProcess({ ...environment(), LOG_LEVEL: 'debug' });
    url = await api.ready;
  });
  after(async () => {
    for (const { child, exited } of [api, ...workers]) {
      child.kill('SIGKILL');
      await exited;
    }
    await world.remove();
  });

  const environment = () => ({ DATABASE_URL: test.url, REDIS_URL: test.redisUrl ?? '', EYEGAZER_HOME: world.home, ...storeVariables(world.storeAddress.settings) });
  async function startWorker(): Promise<WorkerProcess> {
    const worker = await startWorkerProcess({ ...environment(), LOG_LEVEL: 'debug' }, (text) => (workerOutput += text));
    workers.push(worker);
    return worker;
  }
  /** Everything that was logged so far, by time. */
  const allLines = (): LogLine[] =>
    [...workerOutput.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}')).map((line) => JSON.parse(line) as LogLine), ...api.lines()].sort((a, b) => String(a['time']).localeCompare(String(b['time'])));
  /** What a person reads who filters them: no debug, and what differs from run to run made equal. */
  const storyOf = (experimentId: string): string[] =>
    allLines()
      .filter((line) => line['experimentId'] === experimentId && line.level !== 'debug')
      .map(({ name, level, msg }) => `${String(name)} ${level}: ${msg.replaceAll(experimentId, ':id').replace(/\d+\.\d+ (s|GiB|M)\b/g, '# $1')}`);

  async function post<T>(path: string, body?: unknown): Promise<{ body: T; requestId: string }> {
    const response = await fetch(url + path, { method: 'POST', ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
    const answer = (await response.json()) as T;
    assert.ok(response.ok, JSON.stringify(answer));
    return { body: answer, requestId: response.headers.get('x-request-id') ?? '' };
  }
  const untilEnded = (id: string): Promise<ExperimentDetail> =>
    until(async () => {
      const experiment = await test.platform.experiments.get(id);
      return isEnded(experiment.state) && experiment;
    }, waitLimitMs);
  const untilTold = (id: string, pattern: RegExp) => until(() => storyOf(id).some((line) => pattern.test(line)), waitLimitMs);

  it('tell the story of an experiment in order, from who submitted it to its bundle, once each', async () => {
    const worker = await startWorker();
    const { body, requestId } = await post<{ id: string }>('/api/experiments', { ...config, name: 'story' });
    const { id } = body;
    const experiment = await untilEnded(id);
    assert.equal(experiment.state, 'succeeded', JSON.stringify(experiment.error));
    await untilTold(id, /Succeeded/);
    const story = storyOf(id);
    const expected = [
      /^api info: Submitted: "story"$/,
      /^api info: POST \/api\/experiments 201$/,
      /^api info: Placed after waiting # s$/,
      /^worker info: Attempt 1 of "story" taken$/,
      /^worker info: Plan for .+: micro-batches of 8; traced, ONNX Runtime on the CPU, float32$/,
      /^worker info: Base model tiny-vit: # M parameters in 2 layers/,
      /^worker info: Dataset fundus@1: 60 images to train on, 20 held out\.$/,
      /^worker info: 8 updates of 16 images, 8 at a time \(as configured\): about # GiB of the # GiB that are free, on 1 CPU thread\.$/,
      /^worker info: (20 images held out decoded and prepared in # s|All 20 images held out were prepared on disk already)\.$/,
      /^worker info: (60 images to train on decoded and prepared in # s|All 60 images to train on were prepared on disk already)\.$/,
      /^worker info: Training step and evaluation compiled in # s\.$/,
      /^worker info: Runs$/,
      /^worker info: Epoch 1 of 2, update 4: loss .+ images\/s; an update computes .+ ms and waits .+ ms for images$/,
      /^worker info: Evaluation after update 4 on 20 images: loss .+, accuracy .+, qwk .+; training loss .+$/,
      /^worker info: Epoch 2 of 2, update 8: /,
      /^worker info: Evaluation after update 8 on 20 images: /,
      /^worker info: Bundle of the state after update \d+ loaded back/,
      /^worker info: Bundle stored: 10 files, \d+ KiB$/,
      /^worker info: Succeeded after # s$/,
    ];
    // Whether a tiny run is found healthy depends on its arithmetic; each finding stands behind its evaluation.
    const withoutFindings = story.filter((line) => !/: Finding [A-Z]\d /.test(line));
    // The answer to the request and the placement are told by whoever is first.
    const [submitted, ...early] = withoutFindings.slice(0, 3);
    const told = [submitted, ...early.sort((a, b) => Number(b.includes('POST')) - Number(a.includes('POST'))), ...withoutFindings.slice(3)];
    assert.equal(told.length, expected.length, told.join('\n'));
    told.forEach((line, i) => assert.match(line ?? '', expected[i] ?? /^$/));

    const lines = allLines().filter((line) => line['experimentId'] === id && line.level !== 'debug');
    const own = lines.filter(({ name }) => name === 'worker');
    const workerId = own[0]?.['workerId'];
    assert.equal(typeof workerId, 'string');
    assert.ok(own.every((line) => line['attempt'] === 1 && line['workerId'] === workerId), JSON.stringify(own));
    const [submittedLine] = lines;
    assert.deepEqual([submittedLine?.['requestId'], submittedLine?.['actor'], submittedLine?.['dataset']], [requestId, 'this machine', 'fundus@1']);
    assert.equal(lines.find(({ msg }) => msg.startsWith('POST'))?.['dataset'], undefined, 'a line keeps its fields to itself');
    assert.equal(lines.find(({ msg }) => msg.startsWith('Placed'))?.['workerId'], workerId);
    assert.ok(own.some(({ msg, plan }) => msg.startsWith('Plan') && (plan as { microBatch: number }).microBatch === 8));
    for (const [message, duration] of [['Placed', 'waitedMs'], ['Runs', 'preparedMs'], ['Succeeded', 'ranMs']] as const) {
      assert.equal(typeof lines.find(({ msg }) => msg.startsWith(message))?.[duration], 'number', message);
    }
    worker.child.kill('SIGTERM');
    assert.equal((await worker.exited).code, 0);
  });

  it('tell of a lost attempt, the next one, a cancel and a retry', async () => {
    const first = await startWorker();
    const { id } = (await post<{ id: string }>('/api/experiments', { ...config, name: 'restless', training: { ...config.training, epochs: 5000 }, evaluation: { every: 20_000 } })).body;
    await untilTold(id, /Epoch 1 of/);
    first.child.kill('SIGKILL');
    await first.exited;
    await startWorker();
    await until(() => storyOf(id).filter((line) => line.includes('Runs')).length === 2, waitLimitMs);
    const cancelled = await post(`/api/experiments/${id}/cancel`);
    assert.equal((await untilEnded(id)).state, 'cancelled');
    await untilTold(id, /Cancelled after/);
    for (const { child } of workers) child.kill('SIGTERM');
    await Promise.all(workers.map(({ exited }) => exited));
    workers = [];
    await post(`/api/experiments/${id}/retry`);
    await untilTold(id, /retry 200/);
    const landmarks = storyOf(id).filter((line) => !/Epoch|Base model|Dataset|updates of|prepared|compiled|Plan|Evaluation|Finding/.test(line));
    const expected = [
      /^api info: (Submitted: "restless"|POST|Placed)/, /^api info: (POST|Placed)/, /^api info: (POST|Placed)/,
      /^worker info: Attempt 1 of "restless" taken/, /^worker info: Runs$/,
      /^worker warn: Queued again after # s: The worker on .+ was started again\.$/,
      /^api info: Placed/, /^worker info: Attempt 2 of "restless" taken/, /^worker info: Runs$/,
      /^api info: The worker is asked to end it: cancelled by a person$/,
      /^(api info: POST \/api\/experiments\/:id\/cancel 200|worker info: The trainer is told to end: a person cancelled the experiment)$/,
      /^(api info: POST \/api\/experiments\/:id\/cancel 200|worker info: The trainer is told to end: a person cancelled the experiment)$/,
      /^worker info: Cancelled after # s$/,
      /^api info: Queued again: Retried\.$/,
      /^api info: POST \/api\/experiments\/:id\/retry 200$/,
    ];
    assert.equal(landmarks.length, expected.length, landmarks.join('\n'));
    landmarks.forEach((line, i) => assert.match(line, expected[i] ?? /^$/));
    const asked = allLines().filter((line) => line['requestId'] === cancelled.requestId && line.level !== 'debug');
    assert.deepEqual(asked.map((line) => [line['experimentId'], line['actor']]), [[id, 'this machine'], [id, 'this machine']]);
    await post(`/api/experiments/${id}/cancel`);
  });

  it('say nothing about an experiment without its id, and nothing twice', async () => {
    const ids = (await test.sql<{ id: string }>('SELECT id FROM experiment')).map(({ id }) => id);
    const attempts = (await test.sql<{ id: string }>('SELECT id FROM attempt')).map(({ id }) => id);
    assert.ok(ids.length === 2 && attempts.length >= 3);
    const about = [...ids, ...attempts, '"story"', '"restless"'];
    const lines = allLines();
    for (const line of lines) {
      const isAbout = about.some((what) => JSON.stringify(line).includes(what));
      if (isAbout) assert.ok(ids.includes(String(line['experimentId'])), JSON.stringify(line));
      else if (line.level !== 'debug') assert.match(line.msg, /^(Migration applied|Cleaned up|The API is ready|The worker is ready|This worker trains on .*|(cuda:\d+|webgpu) cannot be used: .*|Shutting down|Ended|The connection that hears notices was lost.*)$/, JSON.stringify(line));
    }
    const requests = lines.filter((line) => line['method'] !== undefined);
    assert.equal(new Set(requests.map((line) => line['requestId'])).size, requests.length, 'one line per request');
    const told = lines.filter((line) => line.level !== 'debug' && line['experimentId'] !== undefined).map((line) => JSON.stringify([line['experimentId'], line['attempt'], line['requestId'], line.msg]));
    assert.deepEqual(told.filter((line, i) => told.indexOf(line) !== i && !/Queued again|Cancelled|asked to end/.test(line)), []);
  });

  it('have one line for a request that only reads, at debug, and one with the stack for a fault of ours', async () => {
    const marker = randomUUID();
    await fetch(`${url}/api/experiments/${marker}`);
    const line = await until(() => api.lines().find(({ msg }) => msg === `GET /api/experiments/${marker} 404`));
    assert.deepEqual([line.level, line['route'], line['status'], line['actor'], line['experimentId']], ['debug', '/api/experiments/:id', 404, 'this machine', marker]);
    assert.equal(typeof line['durationMs'], 'number');
    await fetch(`${url}/api/datasets?key=${marker}-query`);
    await until(() => api.lines().some(({ msg }) => msg === 'GET /api/datasets 400'));
    assert.ok(!api.output().includes(`${marker}-query`), 'a query may hold a secret');
    await test.sql('ALTER TABLE dataset RENAME TO dataset_away');
    try {
      assert.equal((await fetch(`${url}/api/datasets`)).status, 500);
    } finally {
      await test.sql('ALTER TABLE dataset_away RENAME TO dataset');
    }
    const failed = await until(() => api.lines().find(({ msg }) => msg === 'GET /api/datasets 500'));
    assert.equal(failed.level, 'error');
    assert.match(String(failed['error']), /\n\s+at /);
    assert.equal(api.lines().filter((other) => other['requestId'] === failed['requestId']).length, 1);
  });
});
