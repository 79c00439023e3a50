/** Every operation with every status that the document describes, once over HTTP; `call` holds each answer against the document. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mock } from 'node:test';
import {
  createOpenApi,
  operations,
  type AuditEntryWire,
  type CreatedToken,
  type DatasetSampleWire,
  type EventData,
  type ExperimentDetail,
  type OpenApiDocument,
  type Operation,
  type Page,
  type SubmitAnswer,
  type TokenWire,
} from '@eyegazer/core';
import { logEvent, registerWorker, startAttempt } from '../../fixtures/platform.js';
import { until } from '../../until.js';
import { importDataset, prepareInputs, useApi, writeAptosFolder } from './api-world.js';
import { checkExchange, describedAnswers, document, exercised } from './contract-check.js';
import { writeNanoViT } from '../../fixtures/nano-vit.js';

describe('API: the contract', function () {
  this.timeout(60_000);
  const api = useApi({ proxied: true });
  const empty = useApi();
  const leaving = useApi();
  const config = { dataset: 'eyes', model: { base: 'nano' } };
  const submit = async (): Promise<string> => (await api.post<SubmitAnswer>('/api/experiments', config)).body.id ?? '';

  before(async () => {
    await prepareInputs(api);
  });

  it('serves the document that it is held against', async () => {
    const { body } = await api.get<OpenApiDocument>('/api/openapi.json');
    assert.deepEqual(body, JSON.parse(JSON.stringify(createOpenApi({ version: String(body.info['version']), serverUrl: '/' }))));
  });

  it('mounts every path of the document with its methods and no others', async () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const reply = await fetch(api.url + path.replaceAll(/[{}]/g, ''), { method: 'PUT' });
      assert.equal(reply.status, 405, path);
      assert.deepEqual(reply.headers.get('allow')?.toLowerCase().split(', ').sort(), Object.keys(methods).sort(), path);
    }
    for (const path of ['/api', '/api/', '/api/experiment', '/api/experiments/x/y', '/api/tokens/x/y']) assert.equal((await api.get(path)).status, 404, path);
  });

  it('of the system', async () => {
    await api.get('/api/health');
    await api.get('/api/ready');
    const ping = mock.method(api.platform, 'ping', () => Promise.reject(new Error('gone')));
    assert.equal((await api.get('/api/ready')).status, 503);
    ping.mock.restore();
    await api.get('/api/workers');
    await api.get('/api/queue');
    assert.match((await api.get<string>('/metrics')).body, /^# HELP /m);
    for (const file of ['', '/start.js', '/page.css', '/swagger-ui.css', '/swagger-ui-bundle.js', '/favicon-32x32.png']) assert.equal((await api.get(`/api/docs${file}`)).status, 200, file);
  });

  it('of a server that ends, until its last request has its answer', async () => {
    let answer: ((workers: []) => void) | undefined;
    const list = mock.method(leaving.platform.workers, 'list', () => new Promise<[]>((resolve) => (answer = resolve)));
    const last = leaving.get<{ items: [] }>('/api/workers');
    await until(() => answer !== undefined);
    const closing = leaving.server.close();
    assert.equal((await leaving.get('/api/health')).status, 503);
    answer?.([]);
    assert.deepEqual((await last).body, { items: [] });
    await closing;
    list.mock.restore();
  });

  it('of versions of datasets', async () => {
    assert.equal((await api.post('/api/datasets/eyes/versions/preview', { duplicates: 'keepOne' })).status, 200);
    const choices = { split: { kind: 'stratified', holdout: 0.3, seed: 9 } };
    for (const status of [201, 200]) assert.equal((await api.post('/api/datasets/eyes/versions', choices)).status, status);
    assert.equal((await api.get('/api/datasets/eyes/versions')).status, 200);
    assert.equal((await api.get('/api/datasets/eyes/duplicates')).status, 200);
    assert.equal((await api.get('/api/datasets/eyes/versions/1/export')).status, 200);
    const many = join(api.folder, 'unwanted');
    await writeAptosFolder(many, 600);
    assert.equal((await api.post('/api/datasets', { name: 'unwanted', source: { kind: 'path', uri: many } })).status, 202);
    assert.equal((await api.post('/api/datasets/unwanted/cancel')).status, 200);
    assert.equal((await api.remove('/api/datasets/unwanted')).status, 204);
  });

  it('of datasets and base models', async () => {
    await api.get('/api/datasets');
    await api.get('/api/datasets/eyes');
    const { body: samples } = await api.get<Page<DatasetSampleWire>>('/api/datasets/eyes/samples');
    const image = samples.items[0]?.image ?? '';
    const { headers } = await api.get(image);
    assert.equal((await api.get(image, { 'if-none-match': headers.get('etag') ?? '' })).status, 304);
    await writeAptosFolder(join(api.folder, 'more'), 12);
    await importDataset(api, { name: 'more', source: { kind: 'path', uri: join(api.folder, 'more') } });
    assert.equal((await api.remove('/api/datasets/more')).status, 204);
    await api.get('/api/models');
    await writeNanoViT(join(api.folder, 'second'), { seed: 2 });
    await api.post('/api/models', { source: { kind: 'path', uri: join(api.folder, 'second') } });
    assert.equal((await api.remove('/api/models/second')).status, 204);
    // Nobody is there, and it says so.
    assert.equal((await api.post('/api/models', { source: { kind: 'hub', id: 'acme/vit' } })).status, 202);
    await until(async () => (await api.get<{ state: string }>('/api/models/acme%2Fvit')).body.state === 'failed', 50_000);
    await api.get('/api/models');
    assert.equal((await api.remove('/api/models/acme%2Fvit')).status, 204);
  });

  it('of uploads', async () => {
    const tus = { 'tus-resumable': '1.0.0' };
    const begun = await api.ask('/api/uploads', { method: 'POST', headers: { ...tus, 'upload-length': '4' } });
    const path = begun.headers.get('location') ?? '';
    assert.equal((await api.ask(path, { method: 'PATCH', headers: { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' }, body: 'eyes' })).status, 204);
    assert.equal((await api.get<{ receivedBytes: number }>(path)).body.receivedBytes, 4);
    assert.equal((await api.remove(path)).status, 204);
  });

  it('of experiments: submitted, cancelled, retried, thrown away and taken back', async () => {
    assert.equal((await api.post('/api/experiments?dryRun=true', config)).status, 200);
    const path = `/api/experiments/${await submit()}`;
    assert.equal((await api.post(`${path}/cancel`)).status, 200);
    assert.equal((await api.post(`${path}/retry`)).status, 200);
    await api.post(`${path}/cancel`);
    await api.get(`/api/experiments?state=queued,cancelled&sort=qwk`);
    assert.equal((await api.remove(path)).status < 300, true);
    assert.ok((await api.get<Page<{ deletedAt: string | null }>>('/api/experiments?deleted=true')).body.items.every(({ deletedAt }) => deletedAt !== null));
    assert.equal((await api.post(`${path}/restore`)).status, 200);
  });

  it('of what a run leaves behind', async () => {
    const id = await submit();
    const path = `/api/experiments/${id}`;
    await registerWorker(api.platform);
    const { attemptId, attempt } = await startAttempt(api, id);
    const at = new Date().toISOString();
    const artifact = async (name: string, counter: number) => ({ counter, at, type: 'artifact' as const, data: { name, ...(await api.store.put(Buffer.from(`bytes of ${name}`))) } satisfies EventData<'artifact'> });
    const series = { updates: [1, 2], series: { loss: [2, 1] } };
    await api.platform.events.append({ experimentId: id, attempt, events: [logEvent(0), { counter: 1, at, type: 'metrics', data: series }, await artifact('adapter/a.json', 2), await artifact('SHA256SUMS', 3)] });
    await api.get('/api/workers');
    await api.platform.attempts.end(attemptId, { kind: 'succeeded' });
    assert.equal((await api.get<ExperimentDetail>(path)).body.state, 'succeeded');
    await api.get(`${path}/metrics`);
    await api.get(`${path}/events?types=log,artifact,state`);
    await api.get(`${path}/artifacts`);
    assert.equal((await api.get(`${path}/bundle.zip`)).status, 200);

    const file = `${path}/artifacts/SHA256SUMS`;
    const { headers } = await api.get(file);
    assert.equal((await api.get(file, { range: 'bytes=0-3' })).status, 206);
    assert.equal((await api.get(file, { range: 'bytes=900-' })).status, 416);
    assert.equal((await api.get(file, { 'if-none-match': headers.get('etag') ?? '' })).status, 304);
    const elsewhere = mock.method(api.store, 'signedUrl', async () => 'https://store.example/bucket/key?signature=s');
    const redirected = await fetch(api.url + file, { redirect: 'manual' });
    elsewhere.mock.restore();
    assert.equal(redirected.headers.get('location'), 'https://store.example/bucket/key?signature=s');
    checkExchange({ method: 'GET', target: file, status: redirected.status, headers: redirected.headers, body: await redirected.text() });
  });

  it('of the demo', async () => {
    assert.equal((await api.post('/api/demo')).status, 202);
    await until(async () => (await api.get<Page<{ state: string }>>('/api/datasets')).body.items.every(({ state }) => state !== 'importing'), 50_000);
  });

  it('of backups: downloaded, and put back into an empty server', async () => {
    const backup = await fetch(`${api.url}/api/backup`);
    const bytes = Buffer.from(await backup.arrayBuffer());
    checkExchange({ method: 'GET', target: '/api/backup', status: backup.status, headers: backup.headers, body: bytes });
    const restored = await empty.ask<unknown>('/api/restore', { method: 'POST', headers: { 'content-type': 'application/x-tar' }, body: bytes });
    assert.equal(restored.status, 200, JSON.stringify(restored.body));
    const names = async ({ get }: typeof api) => (await get<Page<{ name: string }>>('/api/models')).body.items.map(({ name }) => name);
    assert.deepEqual(await names(empty), await names(api));
  });

  it('of tokens and sessions', async () => {
    assert.equal((await api.get('/api/session')).status, 200);
    const created = await api.post<CreatedToken>('/api/tokens', { name: 'me', role: 'admin' });
    assert.equal(created.status, 201);
    const authorization = `Bearer ${created.body.secret}`;
    assert.equal((await api.get('/api/session')).status, 401);
    await api.get('/api/session', { authorization });
    const session = await api.post('/api/session', { token: created.body.secret });
    assert.equal(session.status, 200);
    const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
    assert.equal((await api.remove('/api/session', { cookie, origin: api.url })).status, 204);
    assert.equal((await api.get<Page<TokenWire>>('/api/tokens', { authorization })).body.items.length, 1);
    await until(async () => (await api.get<Page<AuditEntryWire>>('/api/audit', { authorization })).body.items.length > 0);
    const other = await api.post<CreatedToken>('/api/tokens', { name: 'somebody', role: 'viewer' }, { authorization });
    assert.equal((await api.remove(`/api/tokens/${other.body.token.id}`, { authorization })).status, 204);
  });

  it('leaves no answer of the document untried', () => {
    assert.deepEqual(describedAnswers().filter((answer) => !exercised.has(answer)), []);
  });

  it('turns red when an answer is not as the document says', async () => {
    const list = mock.method(empty.platform.workers, 'list', async () => [{ id: 'w1', pid: 'seven' }]);
    await assert.rejects(empty.get('/api/workers'), { message: /GET \/api\/workers answered 200, whose body is not as the document says: .*pid must be integer/ });
    list.mock.restore();
    const headers = new Headers({ 'x-request-id': 'r', 'content-type': 'application/json; charset=utf-8' });
    const health = { method: 'GET', target: '/api/health', status: 200, headers, body: { status: 'ok', pid: 1, uptimeSeconds: 2 } };
    checkExchange(health);
    const refused = (change: Partial<typeof health>, message: RegExp) => assert.throws(() => checkExchange({ ...health, ...change }), { message });
    refused({ body: { ...health.body, pid: 1.5 } }, /body\/pid must be integer/);
    refused({ body: { ...health.body, extra: true } as typeof health.body }, /must NOT have additional properties/);
    refused({ status: 201 }, /which the document does not say of getHealth/);
    refused({ headers: new Headers({ 'x-request-id': 'r', 'content-type': 'text/html' }) }, /with text\/html; the document says application\/json/);
    refused({ headers: new Headers({ 'content-type': 'application/json' }) }, /without X-Request-Id/);
    refused({ target: '/api/nothing' }, /has no such operation/);
    refused({ target: '/api/health?verbose=1' }, /no query key verbose/);
    refused({ status: 500 }, /whose body is not as the document says/);
  });

  it('keeps the summaries short', () => {
    for (const [id, { summary }] of Object.entries<Operation>(operations)) assert.ok(summary.length <= 80 && !summary.endsWith('.'), id);
  });
});
