import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { createLoader, loadDatasetVersion } from '@eyegazer/data';
import { writtenEventSchema, type DatasetSampleWire, type DatasetWire, type ExperimentDetail, type ExperimentSummary, type Page, type RestoreAnswer } from '@eyegazer/core';
import { registerWorker, startAttempt } from '../../fixtures/platform.js';
import { until } from '../../until.js';
import { assertError, prepareInputs, useApi, type TestApi } from './api-world.js';

const evaluation = {
  update: 400,
  epoch: 2,
  count: 10,
  metrics: { loss: 0.7, accuracy: 0.6, balancedAccuracy: 0.1 + 0.2, qwk: 1 / 3, macroF1: 0.55, mcc: 0.4, mae: null, rmse: null, r2: null },
  classNames: ['0', '1', '2'],
  confusion: [[3, 1, 0], [1, 2, 1], [0, 1, 1]],
  recall: [0.75, 0.5, 0.5],
  precision: [0.75, 0.5, null],
  truthCounts: [4, 4, 2],
  predictedCounts: [4, 4, 2],
  logitsHash: 'aa',
  learningRate: 0.001,
  trainLoss: 0.7,
};

/** Everything a run leaves: a curve of doubles that no rounding survives, an evaluation, a finding, files. */
async function run(api: TestApi, id: string, end: 'succeeded' | 'failed' | 'stopped' | null): Promise<void> {
  const { attemptId, attempt } = await startAttempt(api, id);
  const at = '2026-05-06T07:08:09.010Z';
  const updates = Array.from({ length: 400 }, (_, i) => i);
  const files = await Promise.all(['adapter/adapter_model.safetensors', 'README.md', 'SHA256SUMS'].map(async (name) => ({ name, ...(await api.store.put(Buffer.from(`${name} of ${id} \\ \t \n ü`))) })));
  const bodies = [
    { type: 'metrics', data: { updates, series: { loss: updates.map((i) => Math.sin(i) / 3), learningRate: updates.map((i) => 1e-300 * i) } } },
    { type: 'progress', data: { phase: 'training', update: 400, updates: 400, epoch: 2, imagesPerSecond: 0.1 + 0.2, secondsLeft: null } },
    { type: 'evaluation', data: evaluation },
    { type: 'log', data: { level: 'info', message: 'back\\slash\ttab\nline \\N \\. ü 🦉' } },
    ...files.map((data) => ({ type: 'artifact', data })),
  ];
  await api.platform.events.append({ experimentId: id, attempt, events: bodies.map((body, counter) => writtenEventSchema.parse({ ...body, counter, at })) });
  if (end === 'succeeded') await api.platform.attempts.end(attemptId, { kind: 'succeeded' });
  if (end === 'failed') await api.platform.attempts.end(attemptId, { kind: 'failed', error: { code: 'TRAINER_DIED', message: 'killed "by" \\ something' } });
  if (end === 'stopped') await api.platform.attempts.end(attemptId, { kind: 'stopped', reason: 'collapsed' });
}

async function submitTo(api: TestApi, name: string): Promise<string> {
  const { body, status } = await api.post<{ id: string }>('/api/experiments', { name, dataset: 'eyes', model: { base: 'nano' }, tags: ['a,b', '{c}', '"d"'] });
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

describe('backup and restore', function () {
  this.timeout(60_000);
  const source = useApi();
  const target = useApi();
  const ended: string[] = [];
  const live: string[] = [];
  let tar: Buffer;

  const download = async (): Promise<Response> => fetch(`${source.url}/api/backup`);
  const restore = (body: Uint8Array | null, headers: Record<string, string> = {}): ReturnType<TestApi['ask']> =>
    target.ask('/api/restore', { method: 'POST', headers: { 'content-type': 'application/x-tar', ...headers }, body: body as BodyInit | null });

  /** Whether a backup, restore or clean-up is under way. */
  async function isLocked(api: TestApi): Promise<boolean> {
    const held = await api.sql(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 1701734765 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    return held.length > 0;
  }

  before(async () => {
    await prepareInputs(source);
    await registerWorker(source.platform, { devices: 4 });
    for (const end of ['succeeded', 'failed', 'stopped'] as const) {
      const id = await submitTo(source, end);
      await run(source, id, end);
      ended.push(id);
    }
    for (const name of ['cancelled', 'binned']) {
      const id = await submitTo(source, name);
      await source.platform.experiments.cancel(id);
      ended.push(id);
    }
    await source.remove(`/api/experiments/${ended.at(-1)}`);
    const running = await submitTo(source, 'running');
    await run(source, running, null);
    const stopping = await submitTo(source, 'to be cancelled');
    await startAttempt(source, stopping);
    await source.platform.experiments.cancel(stopping);
    const placed = await submitTo(source, 'placed');
    await source.platform.placer.runOnce();
    live.push(running, stopping, placed);
    // As after a retry: two attempts.
    await source.platform.experiments.retry(ended[1] ?? '');
    await run(source, ended[1] ?? '', 'failed');
    await source.platform.workers.markLost();
  });

  it('downloads one tar, for which every artifact is checked', async () => {
    const response = await download();
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/x-tar');
    assert.match(response.headers.get('content-disposition') ?? '', /^attachment; filename="?eyegazer-\d{4}-\d\d-\d\dT\d{6}\.tar"?$/);
    assert.equal(response.headers.get('x-missing-artifacts'), '0');
    tar = Buffer.from(await response.arrayBuffer());
    assert.ok(tar.byteLength > 10_000);
    assert.equal(tar.subarray(0, 13).toString(), 'manifest.json');
  });

  it('tells whoever asks for the headers alone, and does no more', async () => {
    const response = await fetch(`${source.url}/api/backup`, { method: 'HEAD' });
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'application/x-tar']);
    await until(async () => !(await isLocked(source)));
  });

  it('says how much the store has lost before it begins', async () => {
    const { sha256 } = await source.store.put(Buffer.from('lost soon'));
    await source.sql('INSERT INTO artifact (experiment_id, attempt, name, sha256, byte_length) VALUES ($1, 9, $2, $3, 9)', [ended[0], 'lost', sha256]);
    await source.store.remove(sha256);
    const response = await download();
    assert.equal(response.headers.get('x-missing-artifacts'), '1');
    await response.arrayBuffer();
    await source.sql(`DELETE FROM artifact WHERE name = 'lost'`);
  });

  it('refuses a body that is no tar, without a tar or cut off, and leaves the target empty', async () => {
    assertError(await target.ask('/api/restore', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }), { status: 400, code: 'BAD_REQUEST', message: /application\/x-tar/ });
    assertError(await restore(null), { status: 422, code: 'BAD_FILE', message: /empty/ });
    assertError(await restore(createHash('sha512').update('x').digest()), { status: 422, code: 'BAD_FILE', message: /cut off|damaged/ });
    assertError(await restore(tar.subarray(0, tar.byteLength - 20_000)), { status: 422, code: 'BAD_FILE', message: /cut off/ });
    assert.deepEqual((await target.get<Page<unknown>>('/api/datasets')).body.items, []);
  });

  it('ends when the client goes in the middle of an upload or a download', async () => {
    const upload = httpRequest(`${target.url}/api/restore`, { method: 'POST', headers: { 'content-type': 'application/x-tar' } });
    upload.on('error', () => undefined);
    upload.write(tar.subarray(0, 8000));
    await until(() => isLocked(target));
    upload.destroy();
    const aborting = new AbortController();
    const half = await fetch(`${source.url}/api/backup`, { signal: aborting.signal });
    assert.equal(half.status, 200);
    aborting.abort();
    for (const api of [source, target]) await until(async () => !(await isLocked(api)));
    assert.deepEqual((await target.get<Page<unknown>>('/api/datasets')).body.items, []);
  });

  it('restores an empty server to the same answers, whatever it is asked', async () => {
    const { status, body } = await restore(tar);
    assert.equal(status, 200, JSON.stringify(body));
    const answer = body as RestoreAnswer;
    assert.ok(answer.rows > 40);
    assert.deepEqual([answer.artifacts > 10, answer.lost], [true, 0]);

    const { body: datasets } = await source.get<Page<DatasetWire>>('/api/datasets');
    const dataset = datasets.items[0]?.id ?? '';
    const { body: samples } = await source.get<Page<DatasetSampleWire>>(`/api/datasets/${dataset}/samples?limit=100`);
    const paths = ['/api/datasets', `/api/datasets/${dataset}`, `/api/datasets/${dataset}/samples?limit=100`, '/api/models', '/api/experiments?deleted=true', '/api/experiments?state=succeeded,failed,stopped,cancelled&sort=qwk'];
    for (const sample of samples.items.slice(0, 3)) paths.push(sample.image);
    for (const id of ended) {
      const path = `/api/experiments/${id}`;
      paths.push(path, `${path}/events?limit=5000`, `${path}/metrics`, `${path}/metrics?maxPoints=10`, `${path}/artifacts`);
      const { body: experiment } = await source.get<ExperimentDetail>(path);
      for (const { name } of experiment.artifacts) paths.push(`${path}/artifacts/${name}`);
      if (experiment.artifacts.length > 0) paths.push(`${path}/bundle.zip`);
    }
    for (const path of paths) {
      const [before, after] = [await source.get<unknown>(path), await target.get<unknown>(path)];
      // The one that was asked to stop has been cancelled by now.
      const without = (value: unknown): unknown => (path.startsWith('/api/experiments?state') ? (value as Page<ExperimentSummary>).items.filter(({ id }) => !live.includes(id)) : value);
      assert.equal(after.status, before.status, path);
      assert.deepEqual(without(after.body), without(before.body), path);
    }
  });

  it('queues again what was under way, and says so in its log; what was to be cancelled is', async () => {
    const states = await Promise.all(live.map(async (id) => (await target.get<ExperimentDetail>(`/api/experiments/${id}`)).body));
    assert.deepEqual(states.map(({ state, attempts }) => [state, attempts.at(-1)?.state]), [['queued', 'lost'], ['cancelled', 'lost'], ['queued', 'lost']]);
    for (const { id, lastSeq } of states) {
      const events = await target.platform.events.read({ experimentId: id, after: 0, limit: 1000 });
      assert.deepEqual(events.map(({ seq }) => seq), Array.from({ length: lastSeq }, (_, i) => i + 1));
      assert.match(JSON.stringify(events.at(-1)?.data), /when the backup was made/);
    }
    // And it goes on as any other.
    await registerWorker(target.platform);
    const { attempt } = await startAttempt(target, live[0] ?? '');
    assert.equal(attempt, 2);
  });

  it('restores datasets that can be trained on', async () => {
    const { contentId } = await target.platform.datasets.resolveVersion('eyes');
    const version = await loadDatasetVersion({ contentId, store: target.store });
    for (const sample of [...version.train, ...version.eval]) assert.ok((await version.readImage(sample)).byteLength > 0);
    const loader = createLoader({
      version,
      split: 'train',
      pieces: [{ update: 0, epoch: 0, positions: [0, 1, 2, 3], windowSize: 4, sampleWeights: [0.25, 0.25, 0.25, 0.25], endsWindow: true }],
      task: { kind: 'multiclass', loss: 'crossEntropy' },
      imageSize: 8,
      preprocessor: { size: { width: 8, height: 8 }, centerCropFrom: null, resample: 'bilinear', doRescale: true, rescaleFactor: 1 / 255, doNormalize: true, imageMean: [0.5, 0.5, 0.5], imageStd: [0.5, 0.5, 0.5] },
      augment: 'none',
      seed: 1,
    });
    for await (const { pixels } of loader) assert.equal(pixels.length, 4 * 3 * 8 * 8);
  });

  it('refuses a server that holds something, at once, however much is still to come', async () => {
    const upload = httpRequest(`${target.url}/api/restore`, { method: 'POST', headers: { 'content-type': 'application/x-tar' } });
    upload.write(tar.subarray(0, 4096));
    const [response] = (await once(upload, 'response')) as [import('node:http').IncomingMessage];
    assert.equal(response.statusCode, 409);
    let text = '';
    for await (const piece of response.setEncoding('utf8')) text += piece;
    assert.match(text, /CONFLICT.*datasets and base models and experiments/);
    upload.destroy();
  });

  it('cuts a backup off whose store fails in the middle', async () => {
    const { store } = source;
    const { read } = store;
    let reads = 0;
    store.read = (sha256, range) => {
      if ((reads += 1) > 3) throw new Error('the disk is gone');
      return read.call(store, sha256, range);
    };
    try {
      const response = await download();
      assert.equal(response.status, 200);
      await assert.rejects(response.arrayBuffer());
    } finally {
      store.read = read;
    }
    assert.equal((await download()).status, 200);
  });
});
