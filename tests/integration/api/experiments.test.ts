import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  eventsAnswerSchema,
  experimentDetailSchema,
  experimentSummarySchema,
  pageSchema,
  seriesAnswerSchema,
  submitAnswerSchema,
  type EventsAnswer,
  type ExperimentDetail,
  type ExperimentSummary,
  type Page,
  type SeriesAnswer,
  type SubmitAnswer,
} from '@eyegazer/core';
import { fixturePath } from '../../fixture-path.js';
import { registerWorker, startAttempt } from '../../fixtures/platform.js';
import { assertError, prepareInputs, useApi } from './api-world.js';
import { writeNanoViT } from '../../fixtures/nano-vit.js';

describe('API: experiments', function () {
  this.timeout(30_000);
  const api = useApi();
  const base = { dataset: 'eyes', model: { base: 'nano' } };
  const count = async (): Promise<number> => (await api.get<Page<ExperimentSummary>>('/api/experiments?limit=200')).body.items.length;

  before(async () => void (await prepareInputs(api)));

  it('plans without storing: updates, parameters, warnings, the config with everything pinned', async () => {
    const { status, body } = await api.post<SubmitAnswer>('/api/experiments?dryRun=true', { ...base, training: { epochs: 3, effectiveBatch: 8, learningRate: 1 } });
    assert.equal(status, 200);
    submitAnswerSchema.parse(body);
    assert.equal(body.id, null);
    assert.equal(body.name, 'eyes / nano / 3-class');
    assert.equal(body.config.dataset, 'eyes@1');
    assert.deepEqual(body.config.model, { base: 'nano', imageSize: 96 });
    assert.deepEqual(body.plan, {
      trainSamples: 27,
      evalSamples: 3,
      updatesPerEpoch: 4,
      updates: 12,
      trainableParameters: 4 * 2 * 16 * 128 + 65 * 3,
      classNames: ['0', '1', '2'],
      numOutputs: 3,
    });
    assert.deepEqual(body.warnings.map(({ rule }) => rule), ['D3', 'L1', 'L2']);
    assert.equal(await count(), 0);
  });

  it('fills a task in from the dataset', async () => {
    const plan = async (task: unknown) => (await api.post<SubmitAnswer>('/api/experiments?dryRun=true', { ...base, task })).body;
    const regression = await plan({ kind: 'regression' });
    assert.deepEqual(regression.config.task, { kind: 'regression', range: [0, 2], thresholds: [0.5, 1.5], loss: 'mse' });
    assert.equal(regression.plan.numOutputs, 1);
    assert.equal(regression.name, 'eyes / nano / regression');
    const binary = await plan({ kind: 'binary' });
    assert.deepEqual(binary.config.task, { kind: 'binary', positive: [1, 2] });
    assert.equal(binary.plan.numOutputs, 2);
  });

  it('plans a head alone, full fine-tuning and all-linear, at the image size asked for', async () => {
    const plan = async (changes: object): Promise<SubmitAnswer> => {
      const { status, body } = await api.post<SubmitAnswer>('/api/experiments?dryRun=true', { ...base, ...changes });
      assert.equal(status, 200, JSON.stringify(body));
      return body;
    };
    const { parameterCount } = await api.platform.models.get('nano');
    assert.equal((await plan({ adapter: { method: 'head' } })).plan.trainableParameters, 65 * 3);
    assert.equal((await plan({ adapter: { method: 'full' } })).plan.trainableParameters, parameterCount + 65 * 3);
    const larger = await plan({ adapter: { method: 'full' }, model: { base: 'nano', imageSize: 128 } });
    assert.equal(larger.plan.trainableParameters, parameterCount + 64 * (16 ** 2 - 12 ** 2) + 65 * 3, 'the position embeddings are as many as there are patches');
    assert.equal(larger.config.model.imageSize, 128);
    const allLinear = await plan({ adapter: { r: 2, targetModules: 'all-linear' } });
    assert.equal(allLinear.plan.trainableParameters, 4 * 2 * (4 * 128 + 2 * (64 + 256)) + 65 * 3);
    assert.equal(allLinear.config.adapter.method === 'lora' && allLinear.config.adapter.targetModules, 'all-linear');
    assert.deepEqual((await plan({ adapter: { method: 'full' } })).warnings.map(({ rule }) => rule), ['D3', 'L1', 'L2']);
  });

  it('refuses a config by the path of what is wrong', async () => {
    const refused = async (config: unknown, expected: { status?: number; code?: string; path: string; message: RegExp }) => {
      for (const query of ['', '?dryRun=true']) {
        assertError(await api.post(`/api/experiments${query}`, config), { status: 400, code: 'BAD_CONFIG', ...expected });
      }
    };
    await refused({ ...base, adapter: { r: 0 } }, { path: 'adapter.r', message: /^adapter\.r: expected a (whole )?number >= 1, got 0/ });
    await refused({ ...base, lora: { r: 'x' } }, { path: 'lora.r', message: /^lora\.r: expected a (whole )?number, got "x"/ });
    await refused({ model: { base: 'nano' } }, { path: 'dataset', message: /^dataset: expected text, got nothing/ });
    await refused({ ...base, epochs: 3 }, { path: 'epochs', message: /^epochs: expected no such key/ });
    await refused([], { path: 'config', message: /^config: expected an object/ });
    await refused({ ...base, dataset: 'nobody' }, { path: 'dataset', message: /^dataset: expected an imported dataset, got "nobody"/ });
    await refused({ ...base, dataset: 'eyes@9' }, { path: 'dataset', message: /^dataset: expected an imported dataset, got "eyes@9"/ });
    await refused({ ...base, model: { base: 'nothing' } }, { path: 'model.base', message: /^model\.base: expected .*, got "nothing"/ });
    await refused({ ...base, model: { base: 'no/model' } }, { path: 'model.base', message: /^model\.base: there is no base model from hub:no\/model@main yet/ });
    await refused({ ...base, adapter: { r: 65 } }, { path: 'adapter.r', message: /^adapter\.r: expected a whole number from 1 to 64/ });
    await refused({ ...base, adapter: { layersToTransform: [0, 4] } }, { path: 'adapter.layersToTransform', message: /expected layers 0 to 3, got 4/ });
    await refused({ ...base, task: { kind: 'binary', positive: [7] } }, { path: 'task.positive', message: /expected class ids 0 to 2, got 7/ });
    await refused({ ...base, model: { base: 'nano', imageSize: 100 } }, { path: 'model.imageSize', message: /expected a multiple of the model's patch size 8, got 100\. The nearest is 104\./ });
    await refused({ ...base, adapter: { targetModules: 'all' } }, { path: 'adapter.targetModules', message: /expected "all-linear" or a list, got "all"/ });
    await refused({ ...base, adapter: { r: 65, targetModules: 'all-linear' } }, { path: 'adapter.r', message: /from 1 to 64, .*, got 65/ });
    await refused({ ...base, adapter: { method: 'full' }, training: { precision: 'int8' } }, { path: 'training.precision', message: /with adapter\.method "full", got "int8"/ });
    await refused({ ...base, training: { classWeights: [1, 2] } }, { path: 'training.classWeights', message: /each of the 3 classes, got 2/ });
    await refused({ ...base, task: { kind: 'binary' }, training: { classWeights: [1, 2, 3] } }, { path: 'training.classWeights', message: /each of the 2 classes, got 3/ });
    await refused({ ...base, model: { base: join(api.folder, 'missing') } }, { code: 'BAD_REQUEST', path: 'model.base', message: /^model\.base: expected a path that exists/ });
    assertError(await api.post('/api/experiments?dryRun=yes', base), { status: 400, code: 'BAD_REQUEST', path: 'dryRun' });
    assert.equal(await count(), 0);
  });

  it("pins the image size that a model's preprocessor makes, of a folder and of its name", async () => {
    const folder = join(api.folder, 'dino');
    await cp(fixturePath('families/dinov2'), folder, { recursive: true });
    const preprocessor = JSON.parse(await readFile(join(folder, 'preprocessor_config.json'), 'utf8')) as Record<string, unknown>;
    await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify({ ...preprocessor, size: { shortest_edge: 32 }, crop_size: { height: 28, width: 28 } }));
    const sizeOf = async (base: string) => (await api.post<SubmitAnswer>('/api/experiments?dryRun=true', { dataset: 'eyes', model: { base }, adapter: { r: 2 } })).body.config.model;
    assert.deepEqual(await sizeOf(folder), { base: 'dino', imageSize: 28 });
    await api.post('/api/models', { source: { kind: 'path', uri: folder } });
    assert.deepEqual(await sizeOf('dino'), { base: 'dino', imageSize: 28 });
  });

  it('imports a model folder on its first use, and not on a dry run', async () => {
    const folder = join(api.folder, 'fresh-model');
    await writeNanoViT(folder, { seed: 9 });
    const config = { ...base, model: { base: folder } };
    const dry = await api.post<SubmitAnswer>('/api/experiments?dryRun=true', config);
    assert.equal(dry.body.config.model.base, 'fresh-model');
    await assert.rejects(api.platform.models.get('fresh-model'), { code: 'NOT_FOUND' });
    const { status, body } = await api.post<SubmitAnswer>('/api/experiments', config);
    assert.equal(status, 201, JSON.stringify(body));
    const { config: stored } = (await api.get<ExperimentDetail>(`/api/experiments/${body.id}`)).body;
    assert.equal(stored.model.base, 'fresh-model');
    assert.equal((await api.platform.models.get('fresh-model')).imageSize, 96);
    await api.post(`/api/experiments/${body.id}/cancel`);
  });

  it('stores once under one idempotency key', async () => {
    const headers = { 'idempotency-key': 'press-1' };
    const before = await count();
    const first = await api.post<SubmitAnswer>('/api/experiments', { ...base, name: 'once' }, headers);
    const second = await api.post<SubmitAnswer>('/api/experiments', { ...base, name: 'once' }, headers);
    assert.equal(first.status, 201);
    assert.equal(second.status, 201);
    assert.equal(second.body.id, first.body.id);
    assert.equal(await count(), before + 1);
    assertError(await api.post('/api/experiments', { ...base, name: 'another' }, headers), { status: 409, code: 'CONFLICT' });
    assertError(await api.post('/api/experiments', base, { 'idempotency-key': 'with space' }), { status: 400, code: 'BAD_REQUEST', path: 'Idempotency-Key' });
    await api.post(`/api/experiments/${first.body.id}/cancel`);
  });

  it('shows, cancels and retries, by legal transitions only', async () => {
    const { body } = await api.post<SubmitAnswer>('/api/experiments', { ...base, name: 'life', tags: ['t1'] });
    const path = `/api/experiments/${body.id}`;
    const detail = await api.get<ExperimentDetail>(path);
    experimentDetailSchema.parse(detail.body);
    assert.equal(detail.body.state, 'queued');
    assert.deepEqual(detail.body.plan, body.plan);
    assert.deepEqual(detail.body.warnings, body.warnings);
    assertError(await api.post(`${path}/retry`), { status: 409, code: 'ILLEGAL_TRANSITION' });
    const cancelled = await api.post<ExperimentDetail>(`${path}/cancel`);
    assert.equal(cancelled.status, 200);
    assert.equal(cancelled.body.state, 'cancelled');
    assertError(await api.post(`${path}/cancel`), { status: 409, code: 'ILLEGAL_TRANSITION' });
    assertError(await api.get(`${path}/bundle.zip`), { status: 404, code: 'NOT_FOUND', message: /left no bundle/ });
    assert.equal((await api.post<ExperimentDetail>(`${path}/retry`)).body.state, 'queued');
    assertError(await api.get(`${path}/bundle.zip`), { status: 409, code: 'CONFLICT', message: /is queued/ });
    await api.post(`${path}/cancel`);
  });

  it('lists by every filter', async () => {
    const list = async (query: string): Promise<string[]> => {
      const { body } = await api.get<Page<ExperimentSummary>>(`/api/experiments?${query}`);
      pageSchema(experimentSummarySchema).parse(body);
      return body.items.map(({ name }) => name);
    };
    assert.deepEqual(await list('tag=t1'), ['life']);
    assert.deepEqual(await list('text=LIF'), ['life']);
    assert.deepEqual(await list('state=queued'), []);
    assert.equal((await list('state=queued,cancelled')).length, await count());
    assert.deepEqual(await list('model=fresh-model'), ['eyes / fresh-model / 3-class']);
    assert.deepEqual(await list('dataset=eyes%402'), []);
    assert.deepEqual(await list('task=binary'), []);
    const { body } = await api.get<Page<ExperimentSummary>>('/api/experiments?limit=1&sort=qwk');
    assert.equal(typeof body.nextCursor, 'string');
    assertError(await api.get('/api/experiments?state=gone'), { status: 400, code: 'BAD_REQUEST', path: 'state[0]' });
  });

  it('answers events after a sequence number and series in buckets', async () => {
    await registerWorker(api.platform);
    const { body } = await api.post<SubmitAnswer>('/api/experiments', { ...base, name: 'run' });
    const path = `/api/experiments/${body.id}`;
    const { experimentId, attempt, attemptId } = await startAttempt(api, body.id ?? '');
    const at = new Date().toISOString();
    const updates = Array.from({ length: 40 }, (_, i) => i + 1);
    await api.platform.events.append({ experimentId, attempt, events: [{ counter: 0, at, type: 'metrics', data: { updates, series: { loss: updates.map((u) => 1 / u), gradNorm: updates } } }] });
    const all = (await api.get<EventsAnswer>(`${path}/events`)).body;
    eventsAnswerSchema.parse(all);
    assert.deepEqual(all.items.map(({ seq }) => seq), Array.from({ length: all.lastSeq }, (_, i) => i + 1));
    const rest = (await api.get<EventsAnswer>(`${path}/events?after=2&limit=1`)).body;
    assert.deepEqual(rest, { items: [all.items[2]], lastSeq: all.lastSeq });
    const quiet = (await api.get<EventsAnswer>(`${path}/events?types=state,evaluation`)).body;
    assert.deepEqual(quiet, { items: all.items.filter(({ type }) => type === 'state'), lastSeq: all.lastSeq });
    assert.ok(quiet.items.length < all.items.length);
    assertError(await api.get(`${path}/events?types=state,loss`), { status: 400, code: 'BAD_REQUEST', path: 'types[1]' });
    const { body: series } = await api.get<SeriesAnswer>(`${path}/metrics?names=loss&maxPoints=4&from=1&to=20`);
    seriesAnswerSchema.parse(series);
    assert.deepEqual(Object.keys(series.series), ['loss']);
    assert.ok((series.series['loss']?.length ?? 9) <= 4);
    assert.deepEqual(Object.keys((await api.get<SeriesAnswer>(`${path}/metrics`)).body.series).sort(), ['gradNorm', 'loss']);
    const workers = await api.get<{ items: { devices: { running: { experimentId: string } | null }[] }[] }>('/api/workers');
    assert.equal(workers.body.items[0]?.devices[0]?.running?.experimentId, experimentId);
    await api.platform.attempts.end(attemptId, { kind: 'failed', error: { code: 'TRAINER_DIED', message: 'gone' } });
    assert.equal((await api.get<ExperimentDetail>(path)).body.error?.code, 'TRAINER_DIED');
  });

  it('keeps a dataset and a model that an experiment uses', async () => {
    assertError(await api.remove('/api/datasets/eyes'), { status: 409, code: 'CONFLICT' });
    assertError(await api.remove('/api/models/nano'), { status: 409, code: 'CONFLICT' });
  });
});
